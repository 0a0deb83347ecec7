using System.IO.Compression;
using Backshift.Fuzz.Repositories;
using Backshift.Fuzz.Streams;

namespace Backshift.Fuzz.Hostile;

/// <summary>Packs and blocks that lie about themselves, with right checksums.</summary>
internal static class PackCases
{
    internal static IEnumerable<HostileCase> All =>
    [
        new("block-wrong-content", Expected.Damaged, static made => With(made, static (made, block) => block.Stored = made.Bytes(block.Stored.Length))),
        new("block-codec-unknown", Expected.Damaged, static made => With(made, static (_, block) => block.Codec = 9)),
        new("block-content-length", Expected.Damaged, static made => With(made, static (_, block) => block.ContentLength = 5)),
        new("block-content-length-large", Expected.Damaged, static made => With(made, static (_, block) => block.ContentLength = uint.MaxValue)),
        new("block-crc-wrong", Expected.Either, static made => With(made, static (_, block) => block.Crc = 5, sound: true)),
        new("block-depth-without-prefix", Expected.Either, static made => With(made, static (_, block) => block.Depth = 16, sound: true)),
        new("block-depth-255", Expected.Either, static made => With(made, static (_, block) => block.Depth = 255)),
        new("block-frame-cut", Expected.Damaged,
            static made => With(made, static (_, block) => { block.Codec = 1; block.Stored = ZstdFrame.Raw(block.Stored)[..^5]; })),
        new("block-two-frames", Expected.Either,
            static made =>
            With(made, static (_, block) => { block.Codec = 1; block.Stored = [.. ZstdFrame.Raw(block.Stored[..50]), .. ZstdFrame.Raw(block.Stored[50..])]; })),
        new("block-skippable-frame", Expected.Either,
            static made =>
            With(made,
            static (_, block) => { block.Codec = 1; block.Stored = [0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4, .. ZstdFrame.Raw(block.Stored)]; })),
        new("block-bomb", Expected.Damaged,
            static made => With(made, static (_, block) => { block.Codec = 1; block.Stored = ZstdFrame.Repeat(0, 1L << 30, 1 << 30); })),
        new("block-bomb-that-lies", Expected.Damaged,
            static made => With(made, static (_, block) => { block.Codec = 1; block.Stored = ZstdFrame.Repeat(0, 1L << 30, 100); })),
        new("block-window-large", Expected.Damaged,
            static made => With(made, static (_, block) => { block.Codec = 1; block.Stored = [0x28, 0xb5, 0x2f, 0xfd, 0, 0xa8, 0x23, 0, 0, 0]; })),
        new("block-brotli-garbage", Expected.Damaged, static made => With(made, static (_, block) => block.Codec = 4)),
        new("block-brotli-bomb", Expected.Damaged, static made => With(made, static (_, block) => { block.Codec = 4; block.Stored = BrotliBomb(); })),
        new("block-brotli-large-window", Expected.Damaged,
            static made => With(made, static (_, block) => { block.Codec = 4; block.Stored = [0x11, 0x1e, .. block.Stored]; })),
        new("block-lzma-garbage", Expected.Damaged, static made => With(made, static (_, block) => block.Codec = 2)),
        new("block-lzma-dictionary", Expected.Damaged,
            static made =>
            With(made, static (_, block) => { block.Codec = 2; block.Stored = [0x5d, 0xff, 0xff, 0xff, 0xff, 100, 0, 0, 0, 0, 0, 0, 0, .. new byte[80]]; })),
        new("block-empty", Expected.Damaged, static made => With(made, static (_, block) => block.Stored = [])),
        new("chunk-zero-length", Expected.Either, ZeroLength),
        new("chunk-too-long", Expected.Damaged, TooLong),
        new("chunk-of-8-MiB", Expected.Sound, Largest),
        new("pack-copy-damaged", Expected.Either, DamagedCopy),
        new("pack-copies-of-all", Expected.Sound, Copies),
        new("pack-colliding-digests", Expected.Damaged, static made => Colliding(made, 20_000)),
        new("pack-colliding-digests-many", Expected.Damaged, static made => Colliding(made, 200_000)),
        new("pack-empty", Expected.Either, static made => { Some(made); byte[] name = made.NewName(); made.WritePack(name, PackMaker.Make(name, false, [])); }),
        new("pack-other-name", Expected.Either,
            static made =>
            { Some(made); byte[] name = made.NewName(); made.WritePack(made.NewName(), PackMaker.Make(name, false, [Block.Of(false, made.Bytes(10))])); }),
        new("pack-wrong-folder", Expected.Either,
            static made =>
            { Some(made); byte[] name = made.NewName();
            made.Write($"packs/zz/{Objects.Hex(name)}", PackMaker.Make(name, false, [Block.Of(false, made.Bytes(10))])); }),
        new("pack-nodes-not-flagged", Expected.Sound, NodesNotFlagged),
        .. Trailers(),
    ];

    private static void Some(MadeRepository made)
    {
        byte[] content = made.Bytes(100);
        string name = made.Saveset(Nodes.File("f", made.Chunk(content), 100));
        made.Knows(name, "f", MadeRepository.Print(content));
    }

    /// <summary>A saveset with one file whose block is changed.</summary>
    private static void With(MadeRepository made, Action<MadeRepository, Block> change, bool sound = false)
    {
        byte[] content = made.Bytes(100);
        Block block = Block.Of(false, content);
        change(made, block);
        made.Add(block);
        string name = made.Saveset(Nodes.File("f", made.Book.Add(content), 100));
        made.Knows(name, "f", MadeRepository.Print(content));
        _ = sound;
    }

    /// <summary>A short stream of 64 MiB.</summary>
    private static byte[] BrotliBomb()
    {
        using MemoryStream stored = new();
        using (BrotliStream brotli = new(stored, CompressionLevel.Optimal))
        {
            brotli.Write(new byte[64 << 20]);
        }

        return stored.ToArray();
    }

    private static void ZeroLength(MadeRepository made)
    {
        made.Add(new Block { Stored = [1], Chunks = [(made.Book.Add([1]), 1), (ChunkBook.Digest([]), 0)] });
        made.Saveset(Nodes.File("f", made.Book.Add([1]), 1));
    }

    private static void TooLong(MadeRepository made)
    {
        byte[] content = new byte[9 << 20];
        made.Add(Block.Of(true, content));
        made.Saveset(Nodes.File("f", made.Book.Add(content), content.Length));
    }

    private static void Largest(MadeRepository made)
    {
        byte[] content = new byte[8 << 20];
        string name = made.Saveset(Nodes.File("f", made.Chunk(content), content.Length));
        made.Knows(name, "f", MadeRepository.Print(content));
    }

    private static void DamagedCopy(MadeRepository made)
    {
        byte[] content = made.Bytes(100);
        Block damaged = Block.Of(false, content);
        damaged.Stored = made.Bytes(100);
        made.Add(damaged);
        Some(made);
        string name = made.Saveset(Nodes.File("f", made.Chunk(content), 100));
        made.Knows(name, "f", MadeRepository.Print(content));
    }

    private static void Copies(MadeRepository made)
    {
        byte[] content = made.Bytes(100);
        for (int i = 0; i < 30; i++)
        {
            byte[] name = made.NewName();
            made.WritePack(name, PackMaker.Make(name, false, [Block.Of(i % 2 == 0, content)]));
        }

        string saveset = made.Saveset(Nodes.File("f", made.Book.Add(content), 100));
        made.Knows(saveset, "f", MadeRepository.Print(content));
    }

    /// <summary>Directory entries whose digests begin alike: the true one among thousands that lie.</summary>
    private static void Colliding(MadeRepository made, int count)
    {
        byte[] content = made.Bytes(1);
        byte[] digest = made.Book.Add(content);
        Block block = new() { Stored = [content[0], .. new byte[count]], Chunks = [(digest, 1)] };
        for (int i = 0; i < count; i++)
        {
            block.Chunks.Add(([.. digest[..8], .. Objects.U64((ulong)i), .. new byte[8]], 1));
        }

        made.Add(block);
        string name = made.Saveset(Nodes.File("f", digest, 1), Nodes.File("g", digest, 1));
        made.Knows(name, "f", MadeRepository.Print(content));
    }

    private static void NodesNotFlagged(MadeRepository made)
    {
        byte[] node = Nodes.Leaf(Nodes.Entry("a", "dir"));
        made.Add(Block.Of(true, node));
        made.Saveset(made.Book.Add(node), 0, 1, 0);
    }

    /// <summary>Fields of header and trailer, with checksums that match.</summary>
    private static IEnumerable<HostileCase> Trailers()
    {
        foreach ((string name, int fromEnd, int width) in ((string, int, int)[])[("offset", 64, 8), ("length", 56, 4), ("kept", 52, 4), ("writer", 48, 8),
            ("kept-too", 40, 8), ("blocks", 139, 4), ("chunks", 135, 4), ("prefixes", 131, 4), ("sketch", 127, 4)])
        {
            foreach (ulong value in (ulong[])[0, 1, int.MaxValue, uint.MaxValue, ulong.MaxValue])
            {
                yield return new HostileCase($"trailer-{name}-{value:x}", Expected.Either, made =>
                {
                    Some(made);
                    byte[] pack = made.NewName();
                    byte[] bytes = PackMaker.Make(pack, false, [Block.Of(false, made.Bytes(10))]);
                    BitConverter.GetBytes(value).AsSpan(0, width).CopyTo(bytes.AsSpan(bytes.Length - fromEnd));
                    Resigning.Pack(bytes);
                    made.WritePack(pack, bytes);
                });
            }
        }
    }
}
