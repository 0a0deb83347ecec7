using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Codecs;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Tests;

public sealed class SalvageTests : IDisposable
{
    private readonly ScratchRepository repository = new();

    public static TheoryData<string> Vectors => RepositoryVector.Of("salvage");

    [Theory]
    [MemberData(nameof(Vectors))]
    public void The_chunks_of_a_pack_without_directory_are_found_by_its_block_lists(string name)
    {
        RepositoryVector vector = RepositoryVector.Load(name);
        ObjectName pack = ObjectName.Read(Convert.FromHexString(vector["name"]));
        repository.Put(ObjectPath.Pack(pack), vector.File);
        using IStoredObject stored = repository.Directory.Store.TryOpen(ObjectPath.Pack(pack), ObjectEnd.Tail, [], out _)!;
        string[] expected = [.. vector.Words("chunk").Select(static words => Convert.ToHexString(RepositoryVector.Bytes(string.Join(' ', words))))];
        Assert.Equal(expected, Found(stored));
    }

    [Fact]
    public void A_pack_that_our_writer_made_is_found_whole()
    {
        byte[][] chunks = [.. Enumerable.Range(0, 300).Select(static seed => Random(seed))];
        repository.Store(store => chunks.Count(chunk => store.Add(Digest.Of(chunk), chunk)));
        ObjectName pack = repository.Directory.ListPacks().Single();
        byte[] bytes = repository.Get(ObjectPath.Pack(pack).Path);
        int directory = (int)BitConverter.ToInt64(bytes, bytes.Length - PackLimits.TrailerSize);
        repository.Put(ObjectPath.Pack(pack), [.. bytes[..directory], .. new byte[bytes.Length - directory]]);
        using IStoredObject stored = repository.Directory.Store.TryOpen(ObjectPath.Pack(pack), ObjectEnd.Tail, [], out _)!;
        Assert.True(PackSalvage.Lists(stored).Count() > 1);
        Assert.Equal(chunks.Select(Convert.ToHexString), Found(stored));
    }

    public void Dispose() => repository.Dispose();

    private static byte[] Random(int seed)
    {
        byte[] bytes = new byte[30_000];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>The contents of all chunks that match the beginning of their digest; those that a delta needs are among the ones before.</summary>
    private static List<string> Found(IStoredObject pack)
    {
        List<string> found = [];
        Dictionary<ulong, byte[]> known = [];
        using BlockCodec codec = new();
        foreach (BlockList list in PackSalvage.Lists(pack))
        {
            int position = 0, prefix = 0;
            for (int number = 0; number < list.BlockCount; number++)
            {
                BlockRecord block = list.Block(number);
                byte[]?[] before = [.. Enumerable.Range(prefix, block.Prefixes).Select(i => known.GetValueOrDefault(list.PrefixAt(i)))];
                byte[] stored = new byte[block.Stored], content = new byte[block.Content];
                bool isWhole = Array.TrueForAll(before, static one => one is not null) && pack.ReadAt(stored, block.Offset) == stored.Length
                    && codec.TryDecompress(block.Codec, stored, (byte[])[.. before.SelectMany(static one => one!)], content) is null;
                for (int i = 0, at = 0; i < block.Chunks; at += list.SizeAt(position), i++, position++)
                {
                    byte[] chunk = content[at..(at + list.SizeAt(position))];
                    if (isWhole && Digest.Of(chunk).Prefix == list.KeyAt(position))
                    {
                        known[list.KeyAt(position)] = chunk;
                        found.Add(Convert.ToHexString(chunk));
                    }
                }

                prefix += block.Prefixes;
            }
        }

        return found;
    }
}
