using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
using Backshift.Repository.Indexes;
using Backshift.Repository.Savesets;
using Backshift.Repository.Saving;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Tests;

/// <summary>
/// How many requests a job makes of a store: at 50 milliseconds each they are its time. A number that falls is written down anew; one that grows wants a
/// reason.
/// </summary>
public sealed class RequestTests : IDisposable
{
    private static readonly byte[] Content = Bytes(7, 100_000);

    private readonly ScratchRepository repository = new();

    [Fact]
    public void To_open_a_repository_takes_two()
    {
        using RecordingStore store = Recorded();
        using RepositoryDirectory opened = RepositoryDirectory.Open(store);
        AssertRequests(store, ["1 list Settings", "1 open Configuration"]);
    }

    [Fact]
    public void To_list_savesets_takes_one_and_one_each()
    {
        Save("a", 1);
        Save("b", 2);
        Save("b", 3);
        using RecordingStore store = Recorded();
        using RepositoryReader reader = RepositoryReader.Open(RepositoryDirectory.Open(store), static e => throw e);
        store.Clear();
        Assert.Equal(3, reader.Savesets().Count);
        AssertRequests(store, ["1 list Saveset", "1 list Tags", "3 open Saveset"]);
    }

    [Fact]
    public void To_read_one_file_of_a_repository_never_seen_takes_few()
    {
        Save("h", 1);
        using RecordingStore store = Recorded();
        using RepositoryReader reader = RepositoryReader.Open(RepositoryDirectory.Open(store), static e => throw e);
        StoredEntry entry = reader.FindEntry(reader.Find("h@latest"), BytePath.Of("file"))!;
        Assert.Equal(Content, reader.Parts(entry).SelectMany(part => reader.Contents.Read(part.Digest!.Value).ToArray()));
        AssertRequests(
            store,
            [
                "1 list Run",
                "1 list Saveset",        // of this host alone
                "1 list Settings",
                "1 list Tags",           // of this host alone: its data may be expired
                "1 open Configuration",
                "2 open Pack",           // one of nodes, one of contents: each with its directory
                "1 open Run",            // all of it, since it is short
                "1 open Saveset",
                "2 read Pack",           // a block of nodes, a block of contents
            ]);
    }

    [Fact]
    public void To_save_what_is_unchanged_takes_few_and_publishes_a_saveset_alone()
    {
        Save("h", 1);
        using RecordingStore store = Recorded();
        using RepositoryDirectory opened = RepositoryDirectory.Open(store);
        Save(opened, "h", 2);
        AssertRequests(
            store,
            [
                "1 delete Intent",
                "2 exists Intent",       // the fence, and the own one, after the saveset
                "1 list Condemned",
                "2 list Pack",           // those that no run names, at the beginning and before the saveset is published
                "2 list Run",            // the same
                "1 list Saveset",        // of this host alone, for the base
                "1 list Settings",
                "1 list Tags",           // the same: one whose data was expired is no base
                "1 open Configuration",
                "2 open Pack",           // to believe what the index says of a chunk, and of a node
                "1 open Run",
                "1 open Saveset",
                "1 prepare",
                "1 publish Saveset",
                "1 publish held Intent",
                "2 read Pack",           // a node of the base; and the block that the chunk is in, verified before the chunk is relied on
                "1 sweep",
                "1 verify Saveset",
            ]);
    }

    [Fact]
    public void The_contents_and_nodes_of_a_save_are_published_while_others_wait_once()
    {
        using RecordingStore store = Recorded();
        using RepositoryDirectory opened = RepositoryDirectory.Open(store);
        store.Clear();
        Save(opened, "h", 1);
        string[] last = ["lease Publishing", "list Pack", "publish Pack", "publish Pack", "publish Run"];
        Assert.Equal(last, Publishing(store));

        // Not while parity is computed.
        using ScratchRepository protectedOne = new(parity: 10);
        using RecordingStore slow = new(DirectoryStore.Open(protectedOne.Root));
        using RepositoryDirectory other = RepositoryDirectory.Open(slow);
        Save(other, "h", 1);
        Assert.Equal(
            ["lease Publishing", "list Pack", "publish Pack", "publish Parity", "lease Publishing", "list Pack", "publish Pack", "publish Parity",
                "publish Run"],
            Publishing(slow));

        static string[] Publishing(RecordingStore store) =>
        [
            .. store.Calls.Select(static call => call.ToString()).SkipWhile(static call => !call.StartsWith("lease", StringComparison.Ordinal))
                .Where(static call => call is "list Pack" || call.StartsWith("lease", StringComparison.Ordinal)
                    || call.StartsWith("publish", StringComparison.Ordinal))
                .TakeWhile(static call => !call.EndsWith("Saveset", StringComparison.Ordinal)).SkipLast(1),
        ];
    }

    [Fact]
    public void Of_many_hosts_the_savesets_of_one_are_read()
    {
        for (int host = 0; host < 10; host++)
        {
            Save($"host{host}", 1);
            Save($"host{host}", 2);
        }

        using RecordingStore store = Recorded();
        using RepositoryReader reader = RepositoryReader.Open(RepositoryDirectory.Open(store), static e => throw e);
        store.Clear();
        Assert.Equal("host7@20261123T090605Z", reader.Find("host7@latest").Name);
        Assert.Equal(2, reader.Savesets("host8", null).Count);
        AssertRequests(store, ["2 list Saveset", "2 list Tags", "4 open Saveset"]);
    }

    [Fact]
    [Trait("Length", "long")]
    public void Of_a_thousand_hosts_a_filter_opens_only_the_savesets_that_it_takes()
    {
        for (int host = 0; host < 1000; host++)
        {
            string? subset = host % 100 == 0 ? "home" : null;
            SavesetWriter.PublishUnderFreeName(
                repository.Directory, new Saveset { Host = $"host{host}", Subset = subset, Started = new UnixTime(host * 86400L, 0), Complete = true });
        }

        using RecordingStore store = Recorded();
        using RepositoryReader reader = RepositoryReader.Open(RepositoryDirectory.Open(store), static e => throw e);
        foreach ((SavesetFilter filter, int count) in (IEnumerable<(SavesetFilter, int)>)
        [
            (new SavesetFilter { Host = "host7" }, 1),
            (new SavesetFilter { Host = "host100" }, 1),
            (new SavesetFilter { Host = "host7", Subset = "home" }, 0),
            (new SavesetFilter { Host = "nobody" }, 0),
            (new SavesetFilter { Subset = "home" }, 10),
            (new SavesetFilter { Since = "19720901" }, 26),
            (new SavesetFilter { Until = "1970" }, 365),
            (new SavesetFilter { Since = "197002", Until = "197002" }, 28),
        ])
        {
            store.Clear();
            Assert.Equal(count, reader.Savesets(filter).Count);
            AssertRequests(store, count == 0 ? ["1 list Saveset"] : ["1 list Saveset", "1 list Tags", $"{count} open Saveset"]);
        }
    }

    [Fact]
    public void A_long_directory_takes_a_second_read_and_no_third()
    {
        // 35 bytes a chunk: twice as much as is read at once.
        ObjectName name = Publish(Enumerable.Range(0, 4000).Select(static number => Bytes(number, 40)));
        using RecordingStore store = Recorded();
        using RepositoryDirectory opened = RepositoryDirectory.Open(store);
        store.Clear();
        using Packs.OpenPack pack = Packs.OpenPack.TryOpen(opened, name)!;
        Assert.Equal(4000, pack.Directory.ChunkCount);
        AssertRequests(store, ["1 open Pack", "1 read Pack"]);
    }

    [Fact]
    public void To_compare_a_run_with_its_packs_reads_each_page_once_and_looks_no_chunk_up()
    {
        // Twice as much as is read at once: no run that is in memory from the beginning.
        repository.Store(store =>
            Enumerable.Range(0, 10_000).Select(BitConverter.GetBytes).Count(content => store.Add(Digest.Of(content), content)));
        using RecordingStore store = Recorded();
        using ChunkFinder finder = new(RepositoryDirectory.Open(store), static e => throw e, isReader: true);
        store.Clear();
        finder.GiveUpWrongRuns(CancellationToken.None);
        Assert.True(Assert.Single(finder.Runs.Runs).IsVerified);
        int pages = (10_000 + RunFile.PageEntries - 1) / RunFile.PageEntries;
        Assert.InRange(store.Calls.Count(static call => call.ToString() == "read Run"), pages, 2 * pages);
    }

    [Fact]
    public void A_header_that_is_not_read_is_noticed_by_a_check_and_misses_nobody()
    {
        ObjectName name = Publish(Enumerable.Range(0, 40).Select(static number => Bytes(number, 10_000)));
        Change(name, offset: 8 + 4);
        using Packs.OpenPack pack = Packs.OpenPack.TryOpen(repository.Directory, name)!;
        Assert.Equal("its header is not the one that its checksum covers", pack.Directory.FaultOfHeader(pack.Stored));
    }

    [Fact]
    public void A_pack_of_a_later_version_is_told_from_a_damaged_one_though_its_header_is_not_read_at_first()
    {
        ObjectName name = Publish(Enumerable.Range(0, 40).Select(static number => Bytes(number, 10_000)));
        Change(name, offset: 10);
        Change(name, new FileInfo(repository.At(ObjectPath.Pack(name))).Length - 1);
        BackshiftException newer = Assert.Throws<BackshiftException>(() => Packs.OpenPack.TryOpen(repository.Directory, name));
        Assert.Contains("is of version", newer.Message, StringComparison.Ordinal);
    }

    public void Dispose() => repository.Dispose();

    private static void AssertRequests(RecordingStore store, string[] expected) =>
        Assert.True(expected.SequenceEqual(store.Counts), $"there were: {string.Join(", ", store.Counts)}");

    private static byte[] Bytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private RecordingStore Recorded() => new(DirectoryStore.Open(repository.Root));

    private ObjectName Publish(IEnumerable<byte[]> chunks)
    {
        using HandmadePack pack = new(repository);
        foreach (byte[][] block in chunks.Chunk(500))
        {
            pack.Add(block);
        }

        pack.Publish();
        return pack.Name;
    }

    private void Change(ObjectName pack, long offset)
    {
        using FileStream file = File.Open(repository.At(ObjectPath.Pack(pack)), FileMode.Open);
        file.Position = offset;
        int value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 0x10));
    }

    private void Save(string host, int minute) => Save(repository.Directory, host, minute);

    private static void Save(RepositoryDirectory directory, string host, int minute)
    {
        using RepositoryWriter writer = RepositoryWriter.Open(directory, static e => throw e);
        SavesetOptions options = new(host, null, new UnixTime(1_795_424_645 + (minute * 60), 0), Deltas: true, "test");
        using SavesetSink sink = writer.Record(options, static _ => { }, TimeProvider.System);
        sink.Begin(new BeginRecord { Host = host, Stages = ["test"] });
        sink.StartEntry(new EntryRecord { Path = BytePath.Of("file"), Type = EntryType.File, Mode = 0x1A4, Mtime = new UnixTime(1, 0) });
        sink.StoreChunk(Digest.Of(Content), Content);
        sink.PublishComplete();
        writer.Chunks.Tidy();
    }
}
