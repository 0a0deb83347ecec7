using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Indexes;
using Backshift.Repository.Judging;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Tests;

/// <summary>A server lets a client publish what is so, and nothing else.</summary>
public sealed class ContentJudgeTests : DeltaFixture
{
    public ContentJudgeTests()
        : base(20_000)
    {
    }

    [Fact]
    public void All_that_a_save_stores_is_so()
    {
        List<byte[]> versions = Versions(5);
        SaveAll(versions);
        Assert.True(IsDelta(versions[3]));
        ObjectPath[] all = [.. Scratch.Directory.ListPacks().Select(ObjectPath.Pack), .. Scratch.Directory.Store.List(ObjectType.Run)];
        Assert.True(all.Length > 5);
        foreach (ObjectPath path in all)
        {
            // As it came: with what was there before.
            Assert.Null(Judge(path));
        }
    }

    [Fact]
    public void A_chunk_is_what_its_digest_names()
    {
        byte[] real = Bytes(2, 5000), other = Bytes(3, 5000);
        Assert.Null(Judge(Handmade(pack => pack.Add(real, other))));
        Assert.Contains("does not match the digest of chunk " + Digest.Of(real),
            Judge(Handmade(pack => pack.Add([(Digest.Of(other), other), (Digest.Of(real), other)]))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_delta_gives_what_its_digest_names()
    {
        byte[] earlier = Bytes(2, 20_000), later = Changed(earlier, 3), lie = Changed(later, 4);
        Scratch.Store(store => store.Add(Digest.Of(earlier), earlier));
        Assert.Null(Judge(Handmade(pack => pack.AddDelta(later, 1, earlier, Digest.Of(earlier)))));
        Assert.Contains("block 0", Judge(Handmade(pack => pack.AddDelta(later, 1, lie, Digest.Of(earlier)))), StringComparison.Ordinal);
        Assert.Contains("block 0 is a delta", Judge(Handmade(pack => pack.AddDelta(later, 1, lie, Digest.Of(lie)))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_delta_may_be_made_against_a_chunk_of_the_same_pack()
    {
        byte[] earlier = Bytes(2, 20_000), later = Changed(earlier, 3), last = Changed(later, 4);
        Assert.Null(Judge(Handmade(pack =>
        {
            pack.AddDelta(last, 2, later, Digest.Of(later));
            pack.Add(earlier);
            pack.AddDelta(later, 1, earlier, Digest.Of(earlier));
        })));
    }

    [Fact]
    public void A_delta_may_be_made_against_what_was_published_a_moment_ago()
    {
        byte[] earlier = Bytes(2, 20_000), later = Changed(earlier, 3);
        using ContentJudge judge = new(() => DirectoryStore.Open(Scratch.Root));
        Assert.Null(Judge(Handmade(pack => pack.AddDelta(later, 1, Bytes(9, 20_000), Digest.Of(Bytes(9, 20_000)))), judge) is null ? "believed" : null);
        Handmade(pack => pack.Add(earlier), isKept: true);
        Assert.Null(Judge(Handmade(pack => pack.AddDelta(later, 1, earlier, Digest.Of(earlier))), judge));
    }

    [Fact]
    public void A_pack_that_is_none_is_refused()
    {
        ObjectPath path = Handmade(static pack => pack.Add(Bytes(2, 5000)));
        using ContentJudge judge = new(() => DirectoryStore.Open(Scratch.Root));
        byte[] right = taken;
        foreach (int at in (int[])[0, 8, 11, 20, 40, 2500, 4900, right.Length - 60, right.Length - 20, right.Length - 1])
        {
            byte[] wrong = [.. right];
            wrong[at] ^= 1;
            Assert.True(judge.FaultOf(path, new MemoryObject(wrong)) is not null, $"byte {at} of {right.Length}");
        }

        Assert.NotNull(judge.FaultOf(path, new MemoryObject(right[..^1])));
        Assert.NotNull(judge.FaultOf(path, new MemoryObject([])));
        Assert.NotNull(judge.FaultOf(ObjectPath.Pack(ObjectName.Random()), new MemoryObject(right)));
        Assert.Null(judge.FaultOf(path, new MemoryObject(right)));
    }

    [Fact]
    public void A_run_says_of_packs_what_is_in_them()
    {
        (ObjectName pack, RunEntry[] entries) = Stored(20);
        Assert.Null(JudgeRun([pack], [], [], entries));
        Assert.Contains("does not find chunk", JudgeRun([pack], [], [], entries[..^1]), StringComparison.Ordinal);
        Assert.Contains("does not find chunk", JudgeRun([pack], [], [], [.. entries.Select(static one => one with { Slot = one.Slot ^ 1 })]),
            StringComparison.Ordinal);
        Assert.Contains("which holds 20 chunks", JudgeRun([pack], [], [], [.. entries.Append(entries[7]).Order()]), StringComparison.Ordinal);

        // One that is not there hides nothing.
        Assert.Null(JudgeRun([ObjectName.Random()], [], [], entries));
    }

    [Fact]
    public void No_run_calls_a_pack_gone_that_is_there()
    {
        (ObjectName pack, _) = Stored(20);
        Assert.Contains($"says that pack {pack} is gone", JudgeRun([], [], [pack], []), StringComparison.Ordinal);
        Assert.Null(JudgeRun([], [], [ObjectName.Random()], []));

        // A collector has said so before it deletes it.
        RunWriter.TryPublish(Scratch.Directory, ObjectName.Random(), [], [], [pack], 0, static () => []);
        Assert.Null(JudgeRun([], [], [pack], []));
    }

    [Fact]
    public void A_run_that_replaces_others_has_all_that_they_have()
    {
        (ObjectName one, RunEntry[] first) = Stored(20);
        (ObjectName two, RunEntry[] second) = Stored(30, seed: 100);
        ObjectName[] runs = [.. Scratch.Directory.Store.List(ObjectType.Run).Select(static run => run.Name).Order()];
        Assert.Equal(2, runs.Length);
        RunEntry[] both = [.. first.Concat(second.Select(static entry => entry with { Pack = 1 })).Order()];
        Assert.Null(JudgeRun([one, two], runs, [], both));
        Assert.Contains("leaves out pack", JudgeRun([], runs, [], []), StringComparison.Ordinal);
        Assert.Contains("leaves out pack " + two, JudgeRun([one], runs, [], first), StringComparison.Ordinal);
        Assert.Contains("does not find chunk", JudgeRun([one, two], runs, [], [.. both.Where((_, i) => i != 7)]), StringComparison.Ordinal);
        Assert.Null(JudgeRun([one], [ObjectName.Random()], [], first));
    }

    [Fact]
    public void What_is_encrypted_is_not_judged()
    {
        using ScratchRepository @sealed = new(isSealed: true);
        @sealed.Store(static store => store.Add(Digest.Of(Bytes(1, 1000)), Bytes(1, 1000)));
        using ContentJudge judge = new(() => DirectoryStore.Open(@sealed.Root));
        Assert.Null(judge.FaultOf(ObjectPath.Pack(ObjectName.Random()), new MemoryObject(new byte[100])));
    }

    private byte[] taken = [];

    private (ObjectName Pack, RunEntry[] Entries) Stored(int count, int seed = 10)
    {
        byte[][] chunks = [.. Enumerable.Range(seed, count).Select(static i => Bytes(i, 2000))];
        ObjectName[] before = [.. Scratch.Directory.ListPacks()];
        Scratch.Store(store => chunks.Select(chunk => store.Add(Digest.Of(chunk), chunk)).Count(static added => added));
        ObjectName pack = Scratch.Directory.ListPacks().Except(before).Single();
        using PackShelf shelf = new(Scratch.Directory, static e => throw e);
        PackDirectory directory = shelf.TryOpen(pack)!.Directory;
        return (pack, [.. Enumerable.Range(0, count).Select(slot => new RunEntry(directory.DigestAt(slot).Prefix, 0, (uint)slot)).Order()]);
    }

    private string? JudgeRun(ObjectName[] packs, ObjectName[] replaced, ObjectName[] gone, RunEntry[] entries)
    {
        ObjectName name = ObjectName.Random();
        RunWriter.TryPublish(Scratch.Directory, name, packs, replaced, gone, entries.Length, () => entries);
        return Judge(ObjectPath.Run(name));
    }

    /// <summary>Writes a pack and takes it away again, unless it is to be kept.</summary>
    private ObjectPath Handmade(Action<HandmadePack> write, bool isKept = false)
    {
        using HandmadePack pack = new(Scratch);
        write(pack);
        pack.Publish();
        ObjectPath path = ObjectPath.Pack(pack.Name);
        if (!isKept)
        {
            taken = Scratch.Get(path.Path);
            Scratch.Delete(path.Path);
        }

        return path;
    }

    /// <summary>Takes an object away, if it is there, and judges it as if it came now; what was there stays.</summary>
    private string? Judge(ObjectPath path, ContentJudge? given = null)
    {
        bool isThere = File.Exists(Scratch.At(path));
        byte[] bytes = isThere ? Scratch.Get(path.Path) : taken;
        if (isThere)
        {
            Scratch.Delete(path.Path);
        }

        using ContentJudge own = new(() => DirectoryStore.Open(Scratch.Root));
        string? fault = (given ?? own).FaultOf(path, new MemoryObject(bytes));
        if (isThere && path.Type == ObjectType.Pack)
        {
            Scratch.Put(path, bytes);
        }

        return fault;
    }
}
