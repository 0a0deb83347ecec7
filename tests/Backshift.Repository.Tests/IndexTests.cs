using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Indexes;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Tests;

/// <summary>The index only helps: what is wrong with it, or older than the stream, costs time and never a chunk.</summary>
public sealed class IndexTests : IDisposable
{
    private readonly ScratchRepository repository = new();
    private readonly List<string> said = [];

    [Fact]
    public void A_damaged_run_is_not_signed_anew_by_a_merge()
    {
        Digest[] chunks = Saves(7);
        Flip(Runs()[2], -40);
        Saves(1, from: 7);
        Tidy();

        Assert.True(Runs().Length <= 2, string.Join(' ', Runs()));
        using RunSet runs = Open();
        Assert.Empty(runs.Broken);
        Assert.Empty(runs.UnindexedPacks());
        Assert.All(chunks, digest => Assert.True(IsFoundByRunsAlone(digest)));
    }

    [Fact]
    public void A_damaged_run_is_replaced_by_the_next_writer()
    {
        Digest[] chunks = Saves(3);
        ObjectName damaged = Runs()[1];
        Flip(damaged, 40);
        using (RepositoryWriter writer = repository.Write(Say))
        {
            Assert.All(chunks, digest => Assert.True(writer.Chunks.Contains(digest, 1000)));
        }

        Assert.Contains(said, message => message.Contains(damaged.ToString(), StringComparison.Ordinal));
        said.Clear();
        Assert.DoesNotContain(damaged, Runs());
        Assert.All(chunks, digest => Assert.True(IsFoundByRunsAlone(digest)));
        Assert.Empty(said);
    }

    [Fact]
    public void A_run_of_a_later_version_is_left_alone()
    {
        Saves(2);
        ObjectName later = Runs()[0];
        Change(later, 9, _ => 2);
        Saves(1, from: 2);
        Assert.Contains(later, Runs());
    }

    [Theory]
    [InlineData("no entries")]
    [InlineData("wrong slots")]
    [InlineData("one entry less")]
    public void A_run_with_right_checksums_and_wrong_entries_hides_nothing(string fault)
    {
        Digest[] chunks = Saves(3);
        Spoil(fault);
        using (ChunkFinder finder = new(repository.Directory, Say, isReader: true))
        {
            Assert.All(chunks, digest => Assert.NotNull(finder.Find(digest)));
        }

        Assert.Single(said);

        // A writer that is sent a reference to what it hides finds it, and makes the index right.
        using (RepositoryWriter writer = repository.Write(Say))
        {
            Assert.All(chunks, digest => Assert.True(writer.Chunks.Contains(digest, 1000)));
            writer.Chunks.Tidy();
        }

        Assert.All(chunks, digest => Assert.True(IsFoundByRunsAlone(digest)));
    }

    [Fact]
    public void A_run_that_replaces_all_others_and_knows_nothing_hides_nothing_and_deletes_nothing()
    {
        Digest[] chunks = Saves(3);
        ObjectName[] others = Runs();
        ObjectName liar = RunWriter.Publish(repository.Directory, [], others, 0, static () => []);
        Tidy();
        Assert.All(others, name => Assert.Contains(name, Runs()));
        using ChunkFinder finder = new(repository.Directory, Say, isReader: true);
        Assert.Equal([liar], finder.Runs.Runs.Select(static run => run.Name));
        Assert.All(chunks, digest => Assert.NotNull(finder.Find(digest)));
    }

    [Fact]
    public void Writers_that_join_the_same_runs_make_one_of_them()
    {
        Saves(8, tidy: false);
        ObjectName[] joined = Runs();
        using RunSet one = Open();
        using RunSet other = Open();
        RunMerge.Tidy(repository.Directory, one, Say);
        Assert.Single(Runs());
        RunMerge.Tidy(repository.Directory, other, Say);
        Assert.Equal([RunMerge.NameFor([.. joined.Order()])], Runs());
        Assert.Equal(one.Runs.Select(static run => run.Name), other.Runs.Select(static run => run.Name));
    }

    [Fact]
    public void A_merge_keeps_no_filter_in_memory_beside_that_of_the_new_run()
    {
        Digest[] chunks = Saves(8, tidy: false);
        using RunSet runs = Open();
        List<Place> found = [];
        runs.Find(chunks[0], found);
        Assert.All(runs.Runs, static run => Assert.True(run.HasFilter));
        RunReader[] merged = [.. runs.Runs];
        RunMerge.Tidy(repository.Directory, runs, Say);
        Assert.Single(runs.Runs);
        Assert.All(merged, static run => Assert.False(run.HasFilter));
        runs.Find(chunks[0], found);
        Assert.Single(found);
    }

    [Fact]
    public void Of_two_runs_that_replace_the_same_ones_the_larger_stands()
    {
        Digest[] chunks = Saves(3);
        ObjectName[] joined = [.. Runs().Order()];
        ObjectName less = Rewrite(joined[..2]), more = Rewrite(joined);
        foreach (ObjectName name in joined)
        {
            Delete(name);
        }

        using (RunSet runs = Open())
        {
            Assert.Equal([more], runs.Runs.Select(static run => run.Name));
        }

        Tidy();
        Assert.DoesNotContain(less, Runs());
        Assert.All(chunks, digest => Assert.True(IsFoundByRunsAlone(digest)));
    }

    [Fact]
    public void What_a_killed_merger_left_does_not_come_back_when_its_successor_is_replaced()
    {
        Saves(2, tidy: false);
        ObjectName[] old = Runs();
        ObjectName successor = Rewrite([.. old.Order()]);

        // Its own class is full later on; the old ones are still there.
        for (int i = 0; i < 7; i++)
        {
            Rewrite([], [.. PacksOf(successor)]);
        }

        Tidy();
        ObjectName[] left = Runs();
        Assert.DoesNotContain(old[0], left);
        Assert.DoesNotContain(old[1], left);
        Assert.Single(left);
    }

    [Fact]
    public void Runs_that_may_not_be_deleted_stay_replaced_for_ever()
    {
        Saves(8, tidy: false);
        ObjectName[] old = [.. Runs().Order()];
        ObjectName first = Rewrite(old);
        Rewrite([.. old.Append(first).Order()]);
        using RunSet runs = Open();
        Assert.Single(runs.Runs);
        Assert.Equal(9, runs.Leftovers.Count);
    }

    [Fact]
    public void A_run_that_a_reader_would_refuse_is_not_written()
    {
        ObjectName[] packs = [.. Enumerable.Range(0, RunFile.MaxPacks + 1).Select(static i => new ObjectName((ulong)i, 0))];
        Assert.Throws<BackshiftException>(() => RunWriter.Publish(repository.Directory, packs, [], 0, static () => []));
        Assert.Throws<BackshiftException>(() => RunWriter.Publish(repository.Directory, [], [], RunFile.MaxEntries + 1, static () => []));
        Assert.Throws<BackshiftException>(() => RunWriter.Publish(repository.Directory, [], packs[..(RunFile.MaxReplaced + 1)], 0, static () => []));
        Assert.Empty(Runs());
        Assert.True(BloomFilter.BlocksFor(RunFile.MaxEntries) <= RunFile.MaxFilterBlocks(RunFile.MaxEntries));
        Assert.All(Enumerable.Range(0, 1000), static count => Assert.True(BloomFilter.BlocksFor(count) <= RunFile.MaxFilterBlocks(count)));
    }

    [Fact]
    public void A_run_is_read_before_it_is_published()
    {
        ObjectName pack = ObjectName.Random();
        BackshiftException trouble = Assert.Throws<BackshiftException>(() =>
            RunWriter.Publish(repository.Directory, [pack], [], 2, static () => [new RunEntry(8, 0, 0), new RunEntry(7, 0, 1)]));
        Assert.Contains("its entries are out of order, just after it was written", trouble.Message, StringComparison.Ordinal);
        trouble = Assert.Throws<BackshiftException>(() => RunWriter.Publish(repository.Directory, [pack], [], 1, static () => [new RunEntry(7, 1, 0)]));
        Assert.Contains("an entry refers to a pack that is not in its table", trouble.Message, StringComparison.Ordinal);
        Assert.Empty(Runs());
    }

    [Fact]
    public void A_run_answers_the_same_where_there_is_no_memory_for_its_tables()
    {
        Digest[] chunks = Saves(1);
        ObjectName name = Runs()[0];
        using RunReader large = RunReader.TryOpen(repository.Directory, name, 1 << 20).Run!;
        using RunReader small = RunReader.TryOpen(repository.Directory, name, room: 0).Run!;
        Assert.Equal(0, small.Footprint);
        Assert.True(large.Footprint > 0);
        Assert.Equal(large.Packs, small.Packs);
        foreach (Digest digest in chunks.Append(Digest.Of("absent"u8)))
        {
            List<Place> expected = [], found = [];
            large.Find(digest.Prefix, expected);
            small.Find(digest.Prefix, found);
            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public void A_file_that_is_cut_while_it_is_open_is_given_up_and_the_packs_are_asked()
    {
        // Short runs are in memory from the first look on.
        byte[][] contents = [.. Enumerable.Range(0, 10_000).Select(static number => BitConverter.GetBytes(number))];
        foreach (byte[][] half in contents.Chunk(5000))
        {
            repository.Store(store => half.Count(content => store.Add(Digest.Of(content), content)));
        }

        Digest[] chunks = [.. contents.Select(static content => Digest.Of(content))];
        using ChunkFinder finder = new(repository.Directory, Say, isReader: true);
        foreach (ObjectName name in Runs())
        {
            using FileStream file = new(repository.At(ObjectPath.Run(name)), FileMode.Open);
            file.SetLength(100);
        }

        Assert.All(chunks, digest => Assert.NotNull(finder.Find(digest)));
        Assert.Equal(2, said.Count);
        Assert.Empty(finder.Runs.Runs);
    }

    [Fact]
    public void A_reference_to_what_was_published_meanwhile_is_found_once_it_has_come()
    {
        using RepositoryWriter writer = repository.Write(Say);
        ChunkStore store = writer.Chunks;
        Digest first = Saves(1)[0];
        Assert.True(store.Contains(first, 1000));
        Digest second = Saves(1, from: 1)[0];
        store.Received();
        Assert.True(store.Contains(second, 1000));
        Assert.False(store.Contains(Digest.Of("absent"u8), 1000));
    }

    [Fact]
    public void A_reference_to_a_pack_that_no_run_names_yet_is_found()
    {
        using RepositoryWriter writer = repository.Write(Say);
        ChunkStore store = writer.Chunks;
        Digest chunk = Saves(1)[0];
        Delete(Runs()[0]);
        Assert.True(store.Contains(chunk, 1000));
    }

    [Fact]
    public void What_another_writer_has_published_is_not_stored_again_after_a_publish()
    {
        using RepositoryWriter writer = repository.Write(Say);
        ChunkStore store = writer.Chunks;
        Assert.True(store.Add(Digest.Of("own"u8), "own"u8));
        Digest chunk = Saves(1)[0];
        store.Publish();
        Assert.False(store.Add(chunk, Content(0)));
    }

    [Fact]
    public void A_reader_finds_what_was_published_after_it_opened_the_index()
    {
        Saves(1);
        using RepositoryReader reader = repository.Read();
        Assert.False(reader.Contains(Digest.Of(Content(1)), 1000));
        Digest chunk = Saves(1, from: 1)[0];
        reader.Savesets();
        Assert.True(reader.Contains(chunk, 1000));
    }

    [Fact]
    public void Packs_that_are_gone_close_no_others_and_are_found_when_they_are_back()
    {
        Saves(1);
        PackShelf shelf = new(repository.Directory, Say);
        ObjectName name = repository.Directory.ListPacks().First();
        OpenPack pack = shelf.TryOpen(name)!;
        for (int i = 0; i < 200; i++)
        {
            Assert.Null(shelf.TryOpen(ObjectName.Random()));
        }

        Assert.Same(pack, shelf.TryOpen(name));
        Assert.Empty(said);
        string path = repository.At(ObjectPath.Pack(name));
        ObjectName copy = new(name.High ^ 1, name.Low);
        Assert.Null(shelf.TryOpen(copy));
        File.Copy(path, repository.At(ObjectPath.Pack(copy)));
        Assert.Null(shelf.TryOpen(copy));
        Assert.Contains(said, message => message.Contains("its name is", StringComparison.Ordinal));
        shelf.Dispose();
    }

    [Fact]
    public void A_million_entries_of_one_key_cost_no_more_than_a_thousand()
    {
        ObjectName pack = ObjectName.Random();
        const int Count = 100_000;
        ObjectName name =
            RunWriter.Publish(repository.Directory, [pack], [], Count, static () => Enumerable.Range(0, Count).Select(static i => new RunEntry(7, 0, (uint)i)));
        using RunReader run = RunReader.TryOpen(repository.Directory, name, 1 << 20).Run!;
        List<Place> found = [];
        run.Find(7, found);
        Assert.InRange(found.Count, 1, 1024);
    }

    [Fact]
    public void Trouble_in_housekeeping_is_said_and_ends_nothing()
    {
        Assert.True(Housekeeping.Do("x", Say, static () => { }));
        Assert.Empty(said);
        Assert.False(Housekeeping.Do("the index cannot be cleaned up", Say,
            static () =>
            throw new StoreException(StoreTrouble.Broken, ExitCode.InputOutput, "run: No space left on device (write)", "No space left on device")));
        Assert.Single(said);
        Assert.Throws<InvalidOperationException>(() => Housekeeping.Do("x", Say, static () => throw new InvalidOperationException()));
    }

    public void Dispose() => repository.Dispose();

    private static byte[] Content(int number)
    {
        byte[] content = new byte[1000];
        new Random(number).NextBytes(content);
        return content;
    }

    private void Say(BackshiftException problem) => said.Add(problem.Message);

    private RunSet Open() => RunSet.Open(repository.Directory, Say);

    private ObjectName[] Runs() => [.. repository.Directory.ListRuns()];

    private List<ObjectName> PacksOf(ObjectName name)
    {
        using RunReader run = RunReader.TryOpen(repository.Directory, name, 1 << 20).Run!;
        return [.. run.Packs];
    }

    /// <summary>So many writers, one after the other, each with chunks of its own.</summary>
    private Digest[] Saves(int count, int from = 0, bool tidy = true)
    {
        List<Digest> chunks = [];
        for (int i = from; i < from + count; i++)
        {
            using RepositoryWriter writer = repository.Write(Say);
            ChunkStore store = writer.Chunks;
            byte[] content = Content(i);
            Digest digest = Digest.Of(content);
            store.Add(digest, content);
            byte[] other = Content(1000 + i);
            store.Add(Digest.Of(other), other);
            store.Publish();
            if (tidy)
            {
                store.Tidy();
            }

            chunks.Add(digest);
        }

        return [.. chunks];
    }

    private void Tidy()
    {
        using RunSet runs = Open();
        RunMerge.Tidy(repository.Directory, runs, Say);
    }

    private bool IsFoundByRunsAlone(Digest digest)
    {
        using RunSet runs = Open();
        List<Place> found = [];
        runs.Find(digest, found);
        using PackShelf shelf = new(repository.Directory, Say);
        return found.Any(place =>
            shelf.TryOpen(place.Pack) is { } pack && place.Slot < pack.Directory.ChunkCount && pack.Directory.DigestAt(place.Slot) == digest);
    }

    /// <summary>Writes a run in place of others, from the directories of their packs.</summary>
    private ObjectName Rewrite(ObjectName[] replaced, ObjectName[]? named = null, Func<RunEntry, RunEntry?>? change = null)
    {
        ObjectName[] packs = named ?? [.. replaced.Where(name => Runs().Contains(name)).SelectMany(PacksOf).Distinct()];
        List<RunEntry> entries = [];
        for (int i = 0; i < packs.Length; i++)
        {
            using OpenPack pack = OpenPack.TryOpen(repository.Directory, packs[i])!;
            StrayPacks.AddEntries(pack.Directory, (uint)i, entries);
        }

        List<RunEntry> changed = [.. entries.Select(entry => change is null ? entry : change(entry)).OfType<RunEntry>().Order()];
        return RunWriter.Publish(repository.Directory, packs, replaced, changed.Count, () => changed);
    }

    private void Spoil(string fault)
    {
        ObjectName[] all = [.. Runs().Order()];
        bool first = true;
        Rewrite(all, null, fault switch
        {
            "no entries" => static _ => null,
            "wrong slots" => static entry => entry with { Slot = entry.Slot + 1 },
            _ => entry =>
            {
                RunEntry? kept = first ? null : entry;
                first = false;
                return kept;
            },
        });
        foreach (ObjectName name in all)
        {
            Delete(name);
        }
    }

    private void Delete(ObjectName run) => repository.Delete(ObjectPath.Run(run).Path);

    private void Flip(ObjectName run, int at) => repository.Flip(ObjectPath.Run(run).Path, at);

    private void Change(ObjectName run, int at, Func<byte, byte> change) => repository.Change(ObjectPath.Run(run).Path, at, change);
}
