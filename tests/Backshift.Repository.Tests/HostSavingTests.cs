using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Codecs;
using Backshift.Repository.Collecting;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Savesets;
using Backshift.Repository.Saving;
using Backshift.Repository.Workers;
using Backshift.Sealing;

namespace Backshift.Repository.Tests;

/// <summary>Saving with a host key: what the host knows of what it has stored, and what others make of it.</summary>
public sealed class HostSavingTests : IDisposable
{
    private readonly ScratchRepository repository = new(isSealed: true);
    private readonly ScratchHost host;
    private long saves;

    public HostSavingTests() => host = new ScratchHost(repository, "h");

    public void Dispose()
    {
        host.Dispose();
        repository.Dispose();
    }

    [Fact]
    public void Nothing_that_is_stored_is_stored_again_and_a_reader_with_the_root_key_reads_it()
    {
        Saveset first = Save(host, ("a", Bytes(1)), ("b", Bytes(2)));
        Saveset second = Save(host, ("a", Bytes(1)), ("b", Bytes(2)), ("c", Bytes(3)));
        Assert.True(first.Added > 200_000 && second.Added is > 100_000 and < 120_000, $"{first.Added} and {second.Added}");
        AssertReadable(first);
        AssertReadable(second);
        Assert.False(Collect().Faults > 0);
        Assert.True(Save(host, ("a", Bytes(1)), ("c", Bytes(3))).Added < 2000);
    }

    [Fact]
    public void What_it_saved_before_it_cannot_read_itself()
    {
        Saveset saved = Save(host, ("a", Bytes(1)));
        using HostKey key = host.TryGetHostKey(default, default)!;
        using SealedStore store = new(DirectoryStore.Open(repository.Root), new HostKeys(key));
        foreach (ObjectName pack in repository.Directory.ListPacks())
        {
            Assert.Equal(ExitCode.DataError, Assert.Throws<BackshiftException>(() => store.TryOpen(ObjectPath.Pack(pack), ObjectEnd.Tail, [], out _)).Code);
        }

        Assert.Throws<BackshiftException>(() => SmallObject.TryRead(store, ObjectPath.Saveset(saved.Place), "it", out _));
        using HostStore mine = new(DirectoryStore.Open(repository.Root), key, host.Copies);
        foreach (ObjectName pack in repository.Directory.ListPacks())
        {
            using IStoredObject copy = mine.TryOpen(ObjectPath.Pack(pack), ObjectEnd.Tail, [], out _)!;
            byte[] bytes = new byte[copy.Length];
            Assert.Equal(bytes.Length, copy.ReadAt(bytes, 0));
            Assert.Equal(-1, bytes.AsSpan().IndexOf(Bytes(1).AsSpan(5000, 64)));
            Assert.True(copy.IsReliable);
        }
    }

    [Fact]
    public void A_pack_that_was_deleted_is_not_relied_on()
    {
        Saveset first = Save(host, ("a", Bytes(1)));
        foreach (BytePath pack in repository.Packs(holdNodes: false))
        {
            repository.Delete(pack);
        }

        Saveset second = Save(host, ("a", Bytes(1)));
        Assert.InRange(second.Added, 100_000, 101_000);
        AssertReadable(second);
        AssertReadable(first);
    }

    [Fact]
    public void It_makes_nothing_that_others_believe()
    {
        using HostKey key = host.TryGetHostKey(default, default)!;
        using HostStore store = new(DirectoryStore.Open(repository.Root), key, host.Copies);
        ObjectName name = ObjectName.Random();
        ObjectPath tags = ObjectPath.Tags(BytePath.Of("tags/h/20261123T090405Z~1"));
        foreach (ObjectPath path in (ObjectPath[])[ObjectPath.Settings(name), ObjectPath.CondemnedList(name), ObjectPath.CheckRecord(name), tags])
        {
            byte[] bytes = SmallObject.Encode(new ObjectHeader(path.Type, 0, name), [0x80]);
            Assert.Equal(ExitCode.NotPermitted, Assert.Throws<BackshiftException>(() => store.TryPublish(path, bytes)).Code);
        }

        Assert.DoesNotContain(Directory.EnumerateFiles(repository.Root.ToString(), "*", SearchOption.AllDirectories),
            static file => file.Contains("settings/", StringComparison.Ordinal) || file.Contains("condemned/", StringComparison.Ordinal));
        Assert.Equal(ExitCode.NotPermitted,
            Assert.Throws<BackshiftException>(() => store.TryPublish(ObjectPath.Saveset(BytePath.Of("savesets/other/20261123T090405Z")),
                SmallObject.Encode(new ObjectHeader(ObjectType.Saveset, 0, name), [0x80]))).Code);
    }

    [Fact]
    public void The_saveset_before_it_is_the_one_that_is_stored()
    {
        Saveset first = Save(host, ("a", Bytes(1)));
        using RepositoryDirectory mine = Open(host);
        Saveset known = Assert.Single(SavesetCatalog.List(mine, static e => throw e));
        Saveset stored = Assert.Single(SavesetCatalog.List(repository.Directory, static e => throw e));
        Assert.Equal(Convert.ToHexString(stored.Sum), Convert.ToHexString(known.Sum));
        Assert.Equal(first.Name, known.Name);
    }

    [Fact]
    public void Two_hosts_that_store_the_same_do_not_rely_on_each_other()
    {
        using ScratchHost other = new(repository, "other");
        Saveset one = Save(host, ("a", Bytes(1))), two = Save(other, ("a", Bytes(1)));
        Assert.True(one.Added > 100_000 && two.Added > 100_000);

        // Either may lie: a collection keeps the packs that each of them names, whatever else there is.
        Assert.Equal(0, Collect().UnneededPacks);
        Saveset three;
        using (RepositoryWriter writer = repository.Write())
        {
            Assert.True(writer.Chunks.Add(Name(Bytes(1)), Bytes(1)));
            three = Record(repository.Directory, writer, ("a", Bytes(1)));
        }

        Assert.Equal(0, Collect().UnneededPacks);
        one.Delete(repository.Directory);
        Assert.Equal(2, Collect().UnneededPacks);
        AssertReadable(two);
        AssertReadable(three);
    }

    [Fact]
    public void A_writer_with_the_root_key_does_not_give_up_its_own_pack_for_one_of_a_host()
    {
        using RepositoryWriter writer = repository.Write();
        Assert.True(writer.Chunks.Add(Name(Bytes(1)), Bytes(1)));

        // Published while it writes, with all that its own has.
        Save(host, ("a", Bytes(1)));
        writer.Chunks.Publish();
        Assert.Contains(repository.Packs(holdNodes: false), pack => ObjectHeader.IsSealed(repository.Get(pack)) && !HasSession(repository.Get(pack)));
    }

    [Fact]
    public void Its_packs_are_kept_whole_while_a_saveset_names_them()
    {
        Saveset first = Save(host, ("a", Bytes(1)), ("b", Bytes(2)), ("c", Bytes(3)));
        Saveset second = Save(host, ("b", Bytes(2)));
        first.Delete(repository.Directory);
        CollectCounts counts = Collect(new CollectOptions { MaxUnused = 0 });
        Assert.Equal((0, 0L), (counts.RewrittenPacks, counts.Faults));
        AssertReadable(second);

        // Compressed once more, it is verified, and is in packs that were made with the root key.
        counts = Collect(new CollectOptions { Recompress = CodecChoice.Parse("zstd:9"), MaxRewrite = long.MaxValue });
        Assert.Equal(0, counts.Faults);
        AssertReadable(second);
    }

    [Fact]
    public void Copies_are_deleted_when_no_saveset_that_may_be_a_base_needs_them()
    {
        Save(host, ("a", Bytes(1)));
        Save(host, ("a", Bytes(2)));
        Saveset last = Save(host, ("b", Bytes(3)));
        int before = CopiedPacks();
        Trim(TimeSpan.Zero);
        Assert.Equal(before, CopiedPacks());
        using (RepositoryDirectory mine = Open(host))
        {
            Assert.Equal(last.Name, Assert.Single(SavesetCatalog.List(mine, static e => throw e)).Name);
        }

        Trim(TimeSpan.FromDays(3));
        Assert.True(CopiedPacks() < before);
        Assert.True(Save(host, ("b", Bytes(3))).Added < 2000);
        Assert.True(Save(host, ("a", Bytes(1))).Added > 100_000);
        foreach (Saveset saveset in SavesetCatalog.List(repository.Directory, static e => throw e))
        {
            AssertReadable(saveset);
        }
    }

    [Fact]
    public void A_list_that_it_has_encrypted_deletes_nothing()
    {
        Saveset saved = Save(host, ("a", Bytes(1)));
        CondemnedList list = new(UnixTime.Now(TimeProvider.System), CondemnedList.Unneeded, [.. repository.Directory.ListPacks()]);
        ObjectName published = list.Publish(repository.Directory);
        byte[] bytes = repository.Get(ObjectPath.CondemnedList(published).Path);

        // Authority, and the checksum that anybody can make.
        bytes.AsSpan(36 + 48, 16).Clear();
        Sha256.HashData(bytes.AsSpan(0, bytes.Length - 32), bytes.AsSpan(bytes.Length - 32));
        repository.Put(ObjectPath.CondemnedList(published), bytes);
        List<string> said = [];
        Assert.Empty(CondemnedPacks.Read(repository.Directory, e => said.Add(e.Message)));
        Assert.Contains("with the key of a host that may only save", Assert.Single(said), StringComparison.Ordinal);
        _ = Collect();
        AssertReadable(saved);
    }

    private static bool HasSession(byte[] pack) => pack.AsSpan(ObjectHeader.Size + 32, 16).ContainsAnyExcept((byte)0);

    private static byte[] Bytes(int seed)
    {
        byte[] bytes = new byte[100_000];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private Digest Name(byte[] content) => repository.Directory.Config.Naming.Of(content);

    private RepositoryDirectory Open(ScratchHost saver, TimeProvider? clock = null) =>
        RepositoryDirectory.Open(DirectoryStore.Open(repository.Root), clock, saver);

    private Saveset Save(ScratchHost saver, params (string Path, byte[] Content)[] files)
    {
        using RepositoryDirectory mine = Open(saver);
        using RepositoryWriter writer = RepositoryWriter.Open(mine, static e => throw e);
        return Record(mine, writer, files);
    }

    private Saveset Record(RepositoryDirectory directory, RepositoryWriter writer, params (string Path, byte[] Content)[] files)
    {
        using SavesetWriter recorder = new(directory, writer.Chunks);
        foreach ((string path, byte[] content) in files)
        {
            recorder.StartEntry(new EntryRecord { Path = BytePath.Of(path), Type = EntryType.File });
            recorder.StoreChunk(Name(content), content);
        }

        string name = directory == repository.Directory ? "root" : ((HostStore)directory.Store).Host;
        return recorder.Publish(
            new Saveset { Host = name, Started = new UnixTime(1_795_424_645 + saves++, 0), Program = "test", Complete = true }, TimeProvider.System);
    }

    private CollectCounts Collect(CollectOptions? options = null)
    {
        using WorkerPool workers = new(1);
        Collection collection = new(
            repository.Directory, workers, options ?? new CollectOptions(), static _ => { }, TimeProvider.System, CancellationToken.None);
        collection.Run();
        return collection.Counts;
    }

    private void Trim(TimeSpan later)
    {
        using RepositoryDirectory mine = Open(host, new LaterClock(later));
        CopyTrimming.Trim(mine, static e => throw e);
    }

    private int CopiedPacks() =>
        Directory.EnumerateFiles(host.Copies.ToString(), "*", SearchOption.AllDirectories)
            .Count(static file => file.Contains("/packs/", StringComparison.Ordinal));

    private void AssertReadable(Saveset saveset)
    {
        using RepositoryReader reader = repository.Read();
        Saveset found = reader.Savesets().Single(other => other.Name == saveset.Name);
        Assert.NotEmpty(reader.Entries(found, default));
        Assert.All(reader.Entries(found, default), entry => Assert.All(reader.Parts(entry), part => reader.Contents.Read(part.Digest!.Value)));
    }

    private sealed class LaterClock(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + later;
    }
}
