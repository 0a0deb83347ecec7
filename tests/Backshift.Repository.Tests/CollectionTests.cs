using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Collecting;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Expiring;
using Backshift.Repository.Intents;
using Backshift.Repository.Renaming;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Tests;

public sealed class CollectionTests : IDisposable
{
    private readonly ScratchRepository repository = new();
    private readonly List<string> said = [];
    private long saves;

    [Fact]
    public void What_no_saveset_needs_goes_and_the_rest_stays_readable()
    {
        Saveset first = Save(("a", [Bytes(1)]), ("b", [Bytes(2)])), second = Save(("c", [Bytes(3)]));
        first.Delete(repository.Directory);
        long before = Size();
        CollectCounts counts = Collect();
        Assert.Equal((2, 2, 0, 0), (counts.UnneededPacks, counts.DeletedPacks, counts.WaitingPacks, counts.Faults));
        Assert.Equal(before - Size(), counts.DeletedBytes);
        AssertReadable(second);
        Assert.Equal(2, repository.Packs().Count);
        Assert.Empty(repository.Directory.ListCondemned());
        Assert.Empty(repository.Directory.Store.List(ObjectType.Intent));
        AssertSound();
    }

    [Fact]
    public void A_second_run_finds_nothing_to_do()
    {
        Save(("a", [Bytes(1)])).Delete(repository.Directory);
        Saveset second = Save(("a", [Bytes(2)]));
        Collect();
        CollectCounts counts = Collect();
        Assert.Equal((0, 0, 0), (counts.UnneededPacks, counts.RewrittenPacks, counts.DeletedPacks));
        AssertReadable(second);
    }

    [Fact]
    public void Of_a_pack_of_which_little_is_needed_that_is_copied()
    {
        byte[][] chunks = [.. Enumerable.Range(0, 300).Select(static i => Bytes(i, 20_000))];
        Saveset first = Save(("all", chunks)), second = Save(("one", [chunks[7]]), ("two", [chunks[250]]));
        first.Delete(repository.Directory);
        CollectCounts counts = Collect();
        Assert.True(counts.RewrittenPacks >= 1);
        Assert.Equal(0, counts.Faults);
        AssertReadable(second);
        Assert.InRange(Size(), 40_000, 200_000);
        AssertSound();
    }

    [Fact]
    public void No_more_is_copied_than_is_asked_for()
    {
        byte[][] chunks = [.. Enumerable.Range(0, 300).Select(static i => Bytes(i, 20_000))];
        Saveset first = Save(("all", chunks)), second = Save(("one", [chunks[7]]));
        first.Delete(repository.Directory);
        CollectCounts counts = Collect(new CollectOptions { MaxRewrite = 0 });
        Assert.Equal((0, 0), (counts.RewrittenPacks, counts.CopiedBytes));
        Assert.True(counts.UnusedBytes > 5_000_000);
        counts = Collect(new CollectOptions { MaxUnused = 1 });
        Assert.Equal(0, counts.RewrittenPacks);
        AssertReadable(second);
    }

    [Fact]
    public void Blocks_that_are_needed_whole_are_copied_as_they_are()
    {
        byte[][] chunks = [.. Enumerable.Range(0, 110).Select(static i => Bytes(i, 20_000))];
        Saveset first = Save(("all", chunks)), second = Save(("half", chunks[52..104]));
        List<uint> before = Checksums();
        first.Delete(repository.Directory);
        CollectCounts counts = Collect(new CollectOptions { MaxUnused = 0 });
        Assert.True(counts.RewrittenPacks >= 1);
        AssertReadable(second);
        Assert.NotEmpty(Checksums().Intersect(before));
    }

    [Fact]
    public void A_delta_keeps_what_it_is_made_against_over_packs_and_collections()
    {
        Saveset? last = null;
        byte[] content = Bytes(1, 60_000);
        for (int i = 0; i < 6; i++)
        {
            byte[] next = [.. content];
            next[100 * i] ^= 1;
            Digest old = Digest.Of(content);
            repository.Store(store => store.Add(Digest.Of(next), next, i == 0 ? null : () => [old]));
            last?.Delete(repository.Directory);
            last = Save(("f", [next]), ($"g{i}", [Bytes(100 + i)]));
            content = next;
            Assert.Equal(0, Collect(new CollectOptions { MaxUnused = 0 }).Faults);
            AssertReadable(last);
        }

        AssertSound();
    }

    [Fact]
    public void Nothing_changes_in_a_dry_run()
    {
        Saveset first = Save(("a", [Bytes(1)]));
        Save(("b", [Bytes(2)]));
        first.Delete(repository.Directory);
        string[] before = Files();
        CollectCounts counts = Collect(new CollectOptions { DryRun = true });
        Assert.Equal((2, 0), (counts.UnneededPacks, counts.DeletedPacks));
        Assert.Equal(before, Files());
    }

    [Fact]
    public void Packs_wait_for_a_writer_that_began_before_they_were_condemned()
    {
        Saveset first = Save(("a", [Bytes(1)]));
        Saveset second = Save(("b", [Bytes(2)]));
        Saveset third;
        using (RepositoryWriter writer = repository.Write())
        {
            first.Delete(repository.Directory);
            CollectCounts counts = Collect();
            Assert.Equal((2, 0, 2), (counts.UnneededPacks, counts.DeletedPacks, counts.WaitingPacks));
            Assert.StartsWith("save by process ", counts.WaitingFor, StringComparison.Ordinal);

            // It does not know of the list, and relies on a pack that is condemned.
            Assert.False(writer.Chunks.Add(Digest.Of(Bytes(1)), Bytes(1)));
            third = Record(writer, ("again", [Bytes(1)]));
        }

        CollectCounts after = Collect();
        Assert.Equal((2, 0), (after.DeletedPacks, after.WaitingPacks));
        AssertReadable(second);
        AssertReadable(third);
        Assert.Empty(repository.Directory.ListCondemned());
        AssertSound();
    }

    [Fact]
    public void A_writer_that_has_read_the_list_is_not_waited_for()
    {
        Saveset first = Save(("a", [Bytes(1)]));
        Save(("b", [Bytes(2)]));
        first.Delete(repository.Directory);
        using (repository.Write())
        {
            Assert.Equal(2, Collect().WaitingPacks);
        }

        using RepositoryWriter late = repository.Write();
        Assert.True(late.Chunks.Add(Digest.Of(Bytes(1)), Bytes(1)));
        Assert.Equal((2, 0), (Collect().DeletedPacks, Collect().WaitingPacks));
        AssertReadable(Record(late, ("again", [Bytes(1)])));
    }

    [Fact]
    public void A_writer_that_was_taken_for_dead_withdraws_its_saveset_if_a_pack_has_gone()
    {
        Saveset first = Save(("a", [Bytes(1)]));
        Save(("b", [Bytes(2)]));
        using RepositoryWriter writer = repository.Write();
        SavesetWriter recorder = new(repository.Directory, writer.Chunks);
        using (recorder)
        {
            recorder.StartEntry(new EntryRecord { Path = BytePath.Of("again"), Type = EntryType.File });
            Assert.False(recorder.StoreChunk(Digest.Of(Bytes(1)), Bytes(1)));
            first.Delete(repository.Directory);
            Fence(writer);
            Assert.True(Collect().DeletedPacks > 0);
            BackshiftException withdrawn = Assert.Throws<BackshiftException>(() => recorder.Publish(Template(), TimeProvider.System));
            Assert.Equal(ExitCode.Busy, withdrawn.Code);
        }

        using RepositoryReader reader = repository.Read();
        Assert.Single(reader.Savesets());
    }

    [Fact]
    public void A_writer_that_was_taken_for_dead_keeps_its_saveset_if_all_packs_are_there()
    {
        Save(("b", [Bytes(2)]));
        using RepositoryWriter writer = repository.Write();
        using SavesetWriter recorder = new(repository.Directory, writer.Chunks);
        recorder.StartEntry(new EntryRecord { Path = BytePath.Of("again"), Type = EntryType.File });
        Assert.False(recorder.StoreChunk(Digest.Of(Bytes(2)), Bytes(2)));
        Fence(writer);
        Collect();
        AssertReadable(recorder.Publish(Template(), TimeProvider.System));
    }

    [Fact]
    public void Whatever_a_killed_program_left_is_cleaned_up()
    {
        Save(("b", [Bytes(2)]));
        Intent dead = Intent.OfThisProcess(IntentKind.Save, TimeProvider.System);
        repository.Directory.Store.TryPublish(ObjectPath.Intent(dead.Id, 1), dead.Encode());
        Intent reader = Intent.OfThisProcess(IntentKind.Read, TimeProvider.System);
        repository.Directory.Store.TryPublish(ObjectPath.Intent(reader.Id, 1), reader.Encode());
        Collect();

        // The fence stays for whoever may wake.
        Assert.Equal([ObjectPath.Fence(dead.Id)], repository.Directory.Store.List(ObjectType.Intent));
        Age(ObjectPath.Fence(dead.Id), TimeSpan.FromHours(25));
        Collect();
        Assert.Empty(repository.Directory.Store.List(ObjectType.Intent));
    }

    [Fact]
    public void A_program_of_another_machine_is_given_a_day()
    {
        Saveset first = Save(("a", [Bytes(1)]));
        Save(("b", [Bytes(2)]));
        first.Delete(repository.Directory);
        Intent far = Intent.OfThisProcess(IntentKind.Save, TimeProvider.System) with { Machine = "another", Boot = "other" };
        ObjectPath path = ObjectPath.Intent(far.Id, 1);
        repository.Directory.Store.TryPublish(path, far.Encode());
        Assert.Equal((0, 2), (Collect().DeletedPacks, Collect().WaitingPacks));
        Age(path, TimeSpan.FromHours(25));
        Assert.Equal(2, Collect().DeletedPacks);
        Assert.Equal([ObjectPath.Fence(far.Id)], repository.Directory.Store.List(ObjectType.Intent));
    }

    [Fact]
    public void An_intent_that_cannot_be_read_is_given_a_day_and_reported()
    {
        Saveset first = Save(("a", [Bytes(1)]));
        Save(("b", [Bytes(2)]));
        first.Delete(repository.Directory);
        ObjectPath path = ObjectPath.Intent(ObjectName.Random(), 1);
        repository.Put(path, Bytes(9));
        Assert.Equal(0, Collect().DeletedPacks);
        Assert.Contains(said, static line => line.Contains("intent", StringComparison.Ordinal));
        Age(path, TimeSpan.FromHours(25));
        Assert.Equal(2, Collect().DeletedPacks);
    }

    [Fact]
    public void Where_a_saveset_cannot_be_read_nothing_is_deleted_unless_the_user_says_so()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)]));
        repository.Flip(first.Place, 60);
        string[] before = Files();
        Assert.Equal(ExitCode.DataError, Assert.Throws<BackshiftException>(() => Collect()).Code);
        Assert.Equal(before.Length, Files().Count(static file => !file.Contains("settings", StringComparison.Ordinal)));
        Assert.Equal(2, Collect(new CollectOptions { PassOverUnreadable = true }).DeletedPacks);
        AssertReadable(second);
    }

    [Fact]
    public void Where_there_is_no_saveset_nothing_is_deleted_unless_the_user_says_so()
    {
        Save(("a", [Bytes(1)])).Delete(repository.Directory);
        Assert.Throws<BackshiftException>(() => Collect());
        Assert.Equal(2, repository.Packs().Count);
        Collect(new CollectOptions { Everything = true });
        Assert.Empty(repository.Packs());
    }

    [Fact]
    public void A_saveset_that_an_earlier_collection_had_read_must_not_be_missing()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)]));
        Saveset third = Save(("c", [Bytes(3)]));
        using (repository.Write())
        {
            first.Delete(repository.Directory);
            Assert.Equal(2, Collect().WaitingPacks);
        }

        second.Delete(repository.Directory);
        BackshiftException refused = Assert.Throws<BackshiftException>(() => Collect());
        Assert.Contains(second.Place.ToString(), refused.Message, StringComparison.Ordinal);
        Assert.Equal(6, repository.Packs().Count);
        Assert.Equal(4, Collect(new CollectOptions { Missing = new HashSet<string> { second.Place.ToString() } }).DeletedPacks);
        AssertReadable(third);
    }

    [Fact]
    public void A_saveset_that_was_expired_or_renamed_since_an_earlier_collection_is_not_missing()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)])), third = Save(("c", [Bytes(3)])), fourth = Save(("d", [Bytes(4)]));
        using (repository.Write())
        {
            first.Delete(repository.Directory);
            Assert.Equal(2, Collect().WaitingPacks);
        }

        Assert.True(Expiry().Expire(second));
        new SavesetRenaming(repository.Directory, TimeProvider.System, static e => throw e).Rename(third, "other", null);
        Assert.Equal(4, Collect().DeletedPacks);
        AssertReadable(fourth);
        using RepositoryReader reader = repository.Read();
        Assert.Equal(["h", "other"], reader.Savesets().Select(static saveset => saveset.Host).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_expired_saveset_is_forgotten_once_its_data_has_gone()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)]));
        Expiry().Expire(first);
        using (RepositoryReader reader = repository.Read())
        {
            Assert.Equal(first.Name, Assert.Single(reader.ExpiredSavesets()).Name);
        }

        CollectCounts counts = Collect();
        Assert.Equal((2, 1), (counts.DeletedPacks, counts.ForgottenSavesets));
        using (RepositoryReader reader = repository.Read())
        {
            Assert.Empty(reader.ExpiredSavesets());
        }

        Assert.Empty(repository.Directory.Store.List(ObjectType.Tags));
        AssertReadable(second);
    }

    [Fact]
    public void An_expired_saveset_whose_data_others_need_can_be_brought_back_after_a_collection()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("a", [Bytes(1)])), third = Save(("c", [Bytes(3)]));
        Assert.Equal(first.Root, second.Root);
        Expiry().Expire(first);
        third.Delete(repository.Directory);
        Assert.Equal((2, 0), (Collect().DeletedPacks, Collect().ForgottenSavesets));
        using (RepositoryReader reader = repository.Read())
        {
            Expiry().Undo(Assert.Single(reader.ExpiredSavesets()), reader);
        }

        AssertReadable(first);
        AssertReadable(second);
    }

    [Fact]
    public void Of_a_saveset_whose_data_was_expired_only_the_nodes_are_needed()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)]));
        Expiry().ExpireData(first);
        Assert.Equal(1, Collect().DeletedPacks);
        AssertReadable(second);
        using RepositoryReader reader = repository.Read();
        Assert.Equal(["a"], reader.Entries(reader.Savesets().Single(saveset => saveset.Name == first.Name), default).Select(static entry => entry.Path.ToString()));
        AssertSound();
    }

    [Fact]
    public void A_saveset_whose_expiry_was_interrupted_is_still_needed_and_keeps_its_tags()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)]));
        byte[] bytes = repository.Get(first.Place);
        Expiry().Expire(first);
        repository.Put(first.Place, bytes);
        second.Delete(repository.Directory);
        Assert.Equal(2, Collect().DeletedPacks);
        AssertReadable(first);
        Assert.Single(repository.Directory.Store.List(ObjectType.Tags));
    }

    [Fact]
    public void A_copy_that_is_damaged_does_not_cost_the_other_one()
    {
        byte[] content = Bytes(1, 20_000);
        Saveset first = Save(("a", [content]));
        ObjectName old = Assert.Single(repository.Directory.ListPacks(), name => !IsNodes(name));
        new CondemnedList(default, CondemnedList.Damaged, [old]).Publish(repository.Directory);
        Saveset second = Save(("b", [content]));
        foreach (ObjectName list in repository.Directory.ListCondemned().ToArray())
        {
            repository.Delete(ObjectPath.CondemnedList(list).Path);
        }

        // Two copies: whichever is kept, the other is looked at too if that turns out to be bad.
        foreach (ObjectName name in repository.Directory.ListPacks().Where(name => !IsNodes(name)).ToArray())
        {
            using ScratchRepository copy = Copy();
            copy.Flip(ObjectPath.Pack(name).Path, 5000);
            new Collection(copy.Directory, new WorkerPool(1), new CollectOptions { MaxUnused = 0 }, said.Add, TimeProvider.System, default).Run();
            AssertReadable(copy, first);
            AssertReadable(copy, second);
        }
    }

    [Fact]
    public void A_pack_out_of_which_something_needed_cannot_be_copied_stays()
    {
        byte[][] chunks = [.. Enumerable.Range(0, 300).Select(static i => Bytes(i, 20_000))];
        Saveset first = Save(("all", chunks)), second = Save(("one", [chunks[0]]), ("two", [chunks[250]]));
        first.Delete(repository.Directory);
        BytePath pack = repository.Packs(holdNodes: false).First(path => repository.Get(path).Length > 100_000);
        repository.Flip(pack, 1000);
        CollectCounts counts = Collect(new CollectOptions { MaxUnused = 0 });
        Assert.True(counts.Faults > 0);
        Assert.Contains(pack, repository.Packs());
        using RepositoryReader reader = repository.Read();
        Assert.Equal(chunks[250], reader.Contents.Read(Digest.Of(chunks[250])).ToArray());
        Assert.NotNull(second);
    }

    [Fact]
    public void The_packs_of_a_saveset_of_which_a_node_cannot_be_read_are_kept()
    {
        Saveset first = Save(("a", [Bytes(1)])), second = Save(("b", [Bytes(2)])), third = Save(("c", [Bytes(3)]));
        second.Delete(repository.Directory);
        BytePath nodes = repository.Packs(holdNodes: true).First(path => NamesOf(first).Contains(NameOf(path)));
        repository.Flip(nodes, 100);
        CollectCounts counts = Collect();
        Assert.Equal(2, counts.DeletedPacks);
        Assert.True(counts.Faults > 0);
        repository.Flip(nodes, 100);
        AssertReadable(first);
        AssertReadable(third);
    }

    [Fact]
    public void Writers_that_announce_nothing_are_stopped_from_the_first_collection_on()
    {
        Save(("a", [Bytes(1)]));
        Assert.Empty(repository.Directory.Store.List(ObjectType.Settings));
        Collect();
        Collect();
        Assert.Single(repository.Directory.Store.List(ObjectType.Settings));
        Assert.True(RepositorySettings.Read(repository.Directory.Store)!.AsksForIntents);
        using RepositoryDirectory again = RepositoryDirectory.Open(repository.Root);
        again.PrepareForWriting();
    }

    public void Dispose() => repository.Dispose();

    private static byte[] Bytes(int seed, int length = 1000)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private Saveset Template() => new() { Host = "h", Started = new UnixTime(1_795_424_645 + saves++, 0), Program = "test", Complete = true };

    private Saveset Save(params (string Path, byte[][] Chunks)[] files)
    {
        using RepositoryWriter writer = repository.Write(static _ => { });
        return Record(writer, files);
    }

    /// <summary>Records a saveset as bs-store does, with the packs that it needs and a look at the fence.</summary>
    private Saveset Record(RepositoryWriter writer, params (string Path, byte[][] Chunks)[] files)
    {
        using SavesetWriter recorder = new(repository.Directory, writer.Chunks);
        foreach ((string path, byte[][] chunks) in files)
        {
            recorder.StartEntry(new EntryRecord { Path = BytePath.Of(path), Type = EntryType.File });
            foreach (byte[] chunk in chunks)
            {
                recorder.StoreChunk(Digest.Of(chunk), chunk);
            }
        }

        return recorder.Publish(Template(), TimeProvider.System);
    }

    private CollectCounts Collect(CollectOptions? options = null)
    {
        using WorkerPool workers = new(1);
        Collection collection = new(repository.Directory, workers, options ?? new CollectOptions(), said.Add, TimeProvider.System, CancellationToken.None);
        collection.Run();
        return collection.Counts;
    }

    private Expiry Expiry() => new(repository.Directory, TimeProvider.System, static e => throw e);

    private void Fence(RepositoryWriter writer)
    {
        Intent fence = new() { Id = writer.Chunks.Intent.Id, Kind = IntentKind.Save };
        Assert.True(repository.Directory.Store.TryPublish(ObjectPath.Fence(fence.Id), fence.Encode()));
    }

    private void Age(ObjectPath path, TimeSpan by) => File.SetLastWriteTimeUtc(repository.At(path), DateTime.UtcNow - by);

    private void AssertReadable(Saveset saveset) => AssertReadable(repository, saveset);

    private static void AssertReadable(ScratchRepository repository, Saveset saveset)
    {
        using RepositoryReader reader = repository.Read();
        Saveset found = reader.Savesets().Single(other => other.Name == saveset.Name);
        long count = 0;
        foreach (StoredEntry entry in reader.Entries(found, default))
        {
            count++;
            foreach (ContentPart part in reader.Parts(entry))
            {
                Assert.Equal(part.Size, reader.Contents.Read(part.Digest!.Value).Length);
            }
        }

        Assert.Equal(saveset.Entries, count);
    }

    private void AssertSound()
    {
        using WorkerPool workers = new(1);
        List<string> found = [];
        using Checking.RepositoryCheck check = new(repository.Directory, workers, finding => found.Add(finding.ToString()));
        check.Run(readData: true, CancellationToken.None);
        Assert.Empty(found);
    }

    private ScratchRepository Copy()
    {
        ScratchRepository copy = new();
        foreach (string file in Directory.GetFiles(repository.Root.ToString(), "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(repository.Root.ToString(), file);
            if (relative != "backshift")
            {
                copy.Put(BytePath.Of(relative), File.ReadAllBytes(file));
            }
        }

        return copy;
    }

    private string[] Files() => [.. Directory.GetFiles(repository.Root.ToString(), "*", SearchOption.AllDirectories).Order()];

    private long Size() => repository.Packs().Sum(path => (long)repository.Get(path).Length);

    private bool IsNodes(ObjectName name) => repository.Packs(holdNodes: true).Contains(ObjectPath.Pack(name).Path);

    private static ObjectName NameOf(BytePath pack) => ObjectPath.TryParse(ObjectType.Pack, pack)!.Value.Name;

    private static IEnumerable<ObjectName> NamesOf(Saveset saveset) =>
        Enumerable.Range(0, (int)saveset.Packs.Count).Select(i => ObjectName.Read(saveset.Packs.Names.AsSpan(i * ObjectName.Size)));

    private List<uint> Checksums()
    {
        using Packs.PackShelf shelf = new(repository.Directory, static e => throw e);
        return
        [
            .. repository.Directory.ListPacks().Select(name => shelf.TryOpen(name)!.Directory)
                .SelectMany(static pack => Enumerable.Range(0, pack.BlockCount).Select(block => pack.Block(block).Crc)),
        ];
    }
}
