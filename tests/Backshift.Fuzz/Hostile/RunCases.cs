using System.Security.Cryptography;
using Backshift.Fuzz.Repositories;

namespace Backshift.Fuzz.Hostile;

/// <summary>Runs of the index that lie: the packs are sound, so every reader must give what is in them.</summary>
internal static class RunCases
{
    internal static IEnumerable<HostileCase> All =>
    [
        new("run-none", Expected.Sound, static made => { made.HasRun = false; File(made); }),
        new("run-empty-names-all-packs", Expected.Either, static made => Lying(made, static (_, entries) => entries.Clear())),
        new("run-wrong-slots", Expected.Either, static made => Lying(made, static (_, entries) => entries.ForEach(static entry => entry[12] ^= 1))),
        new("run-slots-far", Expected.Either, static made => Lying(made, static (_, entries) => entries.ForEach(static entry => entry.AsSpan(12).Fill(0xff)))),
        new("run-wrong-packs", Expected.Either, static made => Lying(made, static (_, entries) => entries.ForEach(static entry => entry[8] ^= 1))),
        new("run-packs-far", Expected.Either,
            static made => Lying(made, static (_, entries) => entries.ForEach(static entry => entry.AsSpan(8, 4).Fill(0xff)))),
        new("run-wrong-digests", Expected.Either, static made => Lying(made, static (_, entries) => entries.ForEach(static entry => entry[3] ^= 1))),
        new("run-unsorted", Expected.Either, static made => Lying(made, static (_, entries) => entries.Reverse())),
        new("run-filter-of-zeros", Expected.Either, static made => Lying(made, static (_, _) => { }, new byte[32])),
        new("run-filter-of-ones", Expected.Either, static made => Lying(made, static (_, _) => { }, Enumerable.Repeat((byte)255, 3200).ToArray())),
        new("run-million-equal", Expected.Either,
            static made => Lying(made, static (_, entries) => entries.InsertRange(0, Enumerable.Repeat(entries[0], 300_000)))),
        new("run-names-missing-packs", Expected.Either, static made => Extra(made, [.. Enumerable.Range(0, 2000).Select(_ => made.NewName())], [])),
        new("run-replaces-itself", Expected.Either, static made => Extra(made, [], [new byte[16]], new byte[16])),
        new("run-replaces-many", Expected.Either, static made => Extra(made, [], [.. Enumerable.Range(0, 100_000).Select(_ => made.NewName())])),
        new("run-replaces-the-true-one", Expected.Either, ReplacesAll),
        new("run-2-24-packs", Expected.Either, Many) { IsLarge = true },
        new("run-filter-1-GiB", Expected.Either, SparseFilter) { IsLarge = true },
        new("run-colliding", Expected.Damaged, Colliding),
        new("run-counts-of-2-32", Expected.Either, Counts),
        new("run-under-another-name", Expected.Either,
            static made => { File(made); made.Write($"index/{Objects.Hex(made.NewName())}", RunMaker.Make(made.NewName(), [], [], [], [])); }),
    ];

    private static byte[] File(MadeRepository made)
    {
        byte[] content = made.Bytes(100);
        byte[] digest = made.Chunk(content);
        string name = made.Saveset(Nodes.File("f", digest, 100), Nodes.File("g", made.Chunk(100), 100));
        made.Knows(name, "f", MadeRepository.Print(content));
        return digest;
    }

    /// <summary>Packs of one content each, and a run over them that is changed before it is signed.</summary>
    private static void Lying(MadeRepository made, Action<MadeRepository, List<byte[]>> change, byte[]? filter = null)
    {
        made.HasRun = false;
        byte[] content = made.Bytes(100);
        byte[] node = Nodes.Leaf(Nodes.File("f", made.Book.Add(content), 100));
        Block[][] packs = [[Block.Of(false, content), Block.Of(false, made.Bytes(50))], [Block.Of(false, node), Block.Of(false, made.Bytes(20))]];
        List<byte[]> names = [];
        foreach (Block[] pack in packs)
        {
            names.Add(made.NewName());
            made.WritePack(names[^1], PackMaker.Make(names[^1], names.Count == 2, pack));
        }

        List<byte[]> entries = RunMaker.Entries(packs);
        change(made, entries);
        byte[] run = made.NewName();
        made.Write($"index/{Objects.Hex(run)}", RunMaker.Make(run, names, [], filter ?? [], entries));
        string name = made.Saveset(made.Book.Add(node), 0, 1, 100);
        made.Knows(name, "f", MadeRepository.Print(content));
    }

    private static void Extra(MadeRepository made, List<byte[]> packs, List<byte[]> replaced, byte[]? name = null)
    {
        File(made);
        name ??= made.NewName();
        made.Write($"index/{Objects.Hex(name)}",
            RunMaker.Make(name, packs, replaced, [], [.. packs.Select((_, i) => RunMaker.Entry(new byte[8], (uint)i, 0))]));
    }

    /// <summary>A run that takes the place of the true one and says that its packs hold nothing.</summary>
    private static void ReplacesAll(MadeRepository made)
    {
        File(made);
        made.Finish();
        string truth = Path.GetFileName(Directory.GetFiles(made.At("index"))[0]);
        List<byte[]> packs =
            [.. Directory.GetFiles(made.At("packs"), "*", SearchOption.AllDirectories).Select(static file => Convert.FromHexString(Path.GetFileName(file)))];
        byte[] name = made.NewName();
        made.Write($"index/{Objects.Hex(name)}", RunMaker.Make(name, packs, [Convert.FromHexString(truth)], [], []));
        made.HasRun = false;
    }

    private static void Many(MadeRepository made)
    {
        File(made);
        const int Count = 1 << 24;
        byte[] name = made.NewName();
        byte[] head = [.. Objects.Header('R', name), .. Objects.U32(Count), .. Objects.U32(0), .. Objects.U64(0), .. Objects.U32(0), .. new byte[12]];
        Directory.CreateDirectory(made.At("index"));
        using FileStream file = System.IO.File.Create(made.At($"index/{Objects.Hex(name)}"));
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Put(file, hash, head);
        byte[] piece = new byte[1 << 20];
        for (int i = 0; i < 16 * Count / piece.Length; i++)
        {
            made.Chance.NextBytes(piece);
            Put(file, hash, piece);
        }

        file.Write(hash.GetHashAndReset());
        file.Write(SHA256.HashData([]));
    }

    private static void SparseFilter(MadeRepository made)
    {
        File(made);
        byte[] name = made.NewName();
        byte[] head = [.. Objects.Header('R', name), .. Objects.U32(0), .. Objects.U32(0), .. Objects.U64(0), .. Objects.U32(1 << 25), .. new byte[12]];
        Directory.CreateDirectory(made.At("index"));
        using FileStream file = System.IO.File.Create(made.At($"index/{Objects.Hex(name)}"));
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Put(file, hash, head);
        file.Write(hash.GetHashAndReset());
        file.Position += (1L << 30) + ((((1L << 25) + 126) / 127) * 4);
        file.Write(SHA256.HashData([]));
    }

    private static void Put(FileStream file, IncrementalHash hash, byte[] bytes)
    {
        file.Write(bytes);
        hash.AppendData(bytes);
    }

    private static void Colliding(MadeRepository made)
    {
        byte[] content = made.Bytes(1);
        byte[] digest = made.Book.Add(content);
        Block block = new() { Stored = [.. new byte[20_000], content[0]],
            Chunks = [.. Enumerable.Range(0, 20_000).Select(i => ((byte[])[.. digest[..8], .. Objects.U64((ulong)i), .. new byte[8]], 1)), (digest, 1)] };
        made.Add(block);
        string name = made.Saveset(Nodes.File("f", digest, 1));
        made.Knows(name, "f", MadeRepository.Print(content));
    }

    private static void Counts(MadeRepository made)
    {
        File(made);
        byte[] name = made.NewName();
        byte[] run = RunMaker.Make(name, [], [], [], []);
        int at = made.Chance.Next(5) switch { 0 => 32, 1 => 36, 2 => 40, 3 => 48, _ => 52 };
        run.AsSpan(at, 4).Fill(0xff);
        SHA256.HashData(run.AsSpan(0, 64)).CopyTo(run.AsSpan(64));
        made.Write($"index/{Objects.Hex(name)}", run);
    }
}
