using System.Buffers.Binary;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Repository.Indexes;

namespace Backshift.Repository.Tests;

public sealed class RunTests : IDisposable
{
    private readonly ScratchRepository repository = new();

    public static TheoryData<string> Vectors => RepositoryVector.Of("run");

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_vector_is_read_or_refused_as_it_says(string name)
    {
        RepositoryVector vector = RepositoryVector.Load(name);
        if (vector.IsRefused)
        {
            Assert.True(IsRefused(vector.File));
            return;
        }

        using RunReader run = Open(vector.File);
        Assert.Null(run.Check());
        Assert.Equal(vector.Words("pack").Select(static words => words[0]), run.Packs.Select(static pack => pack.ToString()));
        Assert.Equal(vector.Words("replaced").Select(static words => words[0]), run.Replaced.Select(static replaced => replaced.ToString()));
        foreach (IGrouping<string, string[]> alike in vector.Words("entry").GroupBy(static words => words[0]))
        {
            List<Place> found = [];
            run.Find(Key(alike.Key), found);
            Assert.Equal(alike.Select(words => new Place(run.PackAt((uint)RepositoryVector.Number(words[1])), RepositoryVector.Number(words[2]))), found);
        }

        foreach (string[] words in vector.Words("absent"))
        {
            List<Place> found = [];
            run.Find(Key(words[0]), found);
            Assert.Empty(found);
        }
    }

    [Theory]
    [InlineData("run-one", 1)]
    [InlineData("run-twenty", 2)]
    [InlineData("run-alike", 3)]
    [InlineData("run-edges", 5)]
    public void The_filter_is_that_of_the_page_bit_by_bit(string name, int blocks)
    {
        RepositoryVector vector = RepositoryVector.Load(name);
        BloomFilter filter = new(new byte[blocks * BloomFilter.BlockSize]);
        foreach (string[] words in vector.Words("entry"))
        {
            filter.Add(Key(words[0]));
        }

        int at = RunFile.HeadSize + (ObjectName.Size * (vector.Words("pack").Count() + vector.Words("replaced").Count())) + Sha256.HashSizeInBytes;
        Assert.Equal(Convert.ToHexStringLower(vector.File.AsSpan(at, filter.Bytes.Length)), Convert.ToHexStringLower(filter.Bytes));
        Assert.DoesNotContain(vector.Words("absent"), words => filter.MayContain(Key(words[0])));
    }

    [Fact]
    [Trait("Length", "long")]
    public void A_change_of_any_byte_is_noticed()
    {
        byte[] good = RepositoryVector.Load("run-twenty").File;
        for (int at = 0; at < good.Length; at++)
        {
            byte[] bad = [.. good];
            bad[at] ^= 0x20;
            Assert.True(IsRefused(bad), $"byte {at}");
        }
    }

    [Fact]
    [Trait("Length", "long")]
    public void A_cut_at_any_byte_is_noticed()
    {
        byte[] good = RepositoryVector.Load("run-twenty").File;
        for (int length = 0; length < good.Length; length++)
        {
            Assert.True(IsRefused(good[..length]), $"{length} bytes");
        }
    }

    [Fact]
    public void A_filter_has_every_key_and_one_in_fifty_others_at_the_most()
    {
        const int Count = 20_000;
        Random random = new(1);
        BloomFilter filter = new(new byte[BloomFilter.BlocksFor(Count) * BloomFilter.BlockSize]);
        ulong[] keys = [.. Enumerable.Range(0, Count).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue))];
        foreach (ulong key in keys)
        {
            filter.Add(key);
        }

        Assert.All(keys, key => Assert.True(filter.MayContain(key)));
        int wrong = Enumerable.Range(0, Count).Count(_ => filter.MayContain((ulong)random.NextInt64(long.MinValue, long.MaxValue)));
        Assert.InRange(wrong, 1, Count / 50);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(50_000)]
    [Trait("Length", "long")]
    public void Every_entry_that_is_written_is_found(int count)
    {
        Random random = new(count);
        RunEntry[] entries = [.. Enumerable.Range(0, count)
            .Select(i => new RunEntry((ulong)random.NextInt64() << (i % 2) >> (i % 7 == 0 ? 40 : 0), (uint)random.Next(3), (uint)i)).Order()];
        ObjectName[] packs = [ObjectName.Random(), ObjectName.Random(), ObjectName.Random()];
        ObjectName name = RunWriter.Publish(repository.Directory, packs, [], count, () => entries);
        using RunReader run = RunReader.TryOpen(repository.Directory, name, 1 << 20).Run!;
        Assert.Null(run.Check());
        foreach (RunEntry entry in entries)
        {
            List<Place> found = [];
            run.Find(entry.Key, found);
            Assert.Contains(new Place(packs[entry.Pack], (int)entry.Slot), found);
        }
    }

    [Fact]
    public void A_check_leaves_the_filter_on_the_disk_and_a_released_filter_answers_as_before()
    {
        const int Count = 20_000;
        ObjectName pack = ObjectName.Random();
        RunEntry[] entries = [.. Enumerable.Range(0, Count).Select(static i => new RunEntry((ulong)i << 48 | 7, 0, (uint)i))];
        ObjectName name = RunWriter.Publish(repository.Directory, [pack], [], Count, () => entries);
        using RunReader run = RunReader.TryOpen(repository.Directory, name, 1 << 20).Run!;
        Assert.Null(run.Check());
        Assert.False(run.HasFilter);
        List<Place> found = [];
        run.Find(entries[Count / 2].Key, found);
        Assert.True(run.HasFilter);
        Assert.Null(run.Check());
        run.ReleaseFilter();
        Assert.False(run.HasFilter);
        run.Find(entries[Count / 2].Key, found);
        run.Find(entries[Count / 2].Key + 1, found);
        Assert.Equal([new Place(pack, Count / 2), new Place(pack, Count / 2)], found);
    }

    public void Dispose() => repository.Dispose();

    private static ulong Key(string hex) => BinaryPrimitives.ReadUInt64BigEndian(Convert.FromHexString(hex));

    private RunReader Open(byte[] bytes) => TryOpen(bytes).Run!;

    private RunOpening TryOpen(byte[] bytes, long room = 1 << 20)
    {
        ObjectName name = ObjectName.Read(RepositoryVector.Bytes(RepositoryVector.Load("run-one")["name"]));
        repository.Put(ObjectPath.Run(name), bytes);
        return RunReader.TryOpen(repository.Directory, name, room);
    }

    private bool IsRefused(byte[] bytes)
    {
        using RunReader? run = TryOpen(bytes).Run;
        return run is null || run.Check() is not null;
    }
}
