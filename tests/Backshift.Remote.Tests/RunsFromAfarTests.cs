using Backshift.Objects;
using Backshift.Posix;
using Backshift.Remote.Caching;
using Backshift.Remote.Client;
using Backshift.Remote.Messages;
using Backshift.Remote.Serving;

namespace Backshift.Remote.Tests;

/// <summary>
/// How much of the index comes when it is opened: of a few runs nearly all, in as few turns as the first bytes of them take, and no byte twice.
/// </summary>
public sealed class RunsFromAfarTests : IDisposable
{
    // Of a run of a full share of chunks.
    private const int Full = 1_131_804;

    private readonly string folder = Path.Combine(Path.GetTempPath(), "backshift-runs-" + Guid.NewGuid().ToString("N"));
    private readonly string caches;
    private readonly DirectoryStore beside;
    private readonly List<ObjectPath> runs = [];
    private readonly byte[] content = new byte[3_000_000];

    public RunsFromAfarTests()
    {
        caches = folder + "-of-user";
        Directory.CreateDirectory(caches);
        new Random(1).NextBytes(content);
        beside = DirectoryStore.Make(BytePath.Of(folder));
        Assert.True(beside.TryPublish(ObjectPath.Configuration, "configuration"u8));
        Assert.True(beside.TryPublish(ObjectPath.Saveset(BytePath.Of("savesets/host/20261128T000000Z")), "saveset"u8));
    }

    [Theory, InlineData(ObjectEnd.Head), InlineData(ObjectEnd.Tail)]
    public void All_of_a_run_of_usual_length_is_on_its_way_once_it_is_open(ObjectEnd end)
    {
        Publish(2, Full);
        using RemoteStore store = Connect(out CountedLink link, end);
        long received = link.Received;
        List<IStoredObject> opened = OpenAll(store, end);
        long sent = link.Sent;
        foreach (IStoredObject run in opened)
        {
            // As an encrypted one is read: its first piece alone, then whatever follows.
            AssertRead(run, 0, 16 << 10);
            AssertRead(run, 500_000, 100);
            AssertRead(run, 16 << 10, Full - (16 << 10));
            run.Dispose();
        }

        Assert.Equal(sent, link.Sent);

        // Of what is opened at its end, two units of the head are asked for before it is known how long it is.
        Assert.InRange(link.Received - received, 2 * Full, (2 * (Full + (2 * ReadUnits.Size))) + 10_000);
    }

    [Theory]
    [InlineData(1, 1 << 20)]
    [InlineData(2, 1 << 20)]
    [InlineData(3, 10 << 16)]
    [InlineData(8, 256 << 10)]
    [InlineData(30, 256 << 10)]
    public void The_fewer_there_are_the_more_of_each_comes_when_it_is_opened(int count, int most)
    {
        Publish(count, 2_000_000);
        using RemoteStore store = Connect(out CountedLink link, ObjectEnd.Head);
        long received = link.Received;
        List<IStoredObject> opened = OpenAll(store, ObjectEnd.Head);
        Assert.InRange(link.Received - received, (long)count * most, (count * (most + 1000L)) + 1000);
        long sent = link.Sent;
        AssertRead(opened[0], most - 100, 100);
        Assert.Equal(sent, link.Sent);
        AssertRead(opened[0], most, 100);
        Assert.NotEqual(sent, link.Sent);
        opened.ForEach(static run => run.Dispose());
    }

    [Fact]
    public void What_is_kept_of_it_is_not_sent_to_the_next_program()
    {
        Publish(2, Full);
        foreach (int most in (ReadOnlySpan<int>)[3 * Full, 10_000])
        {
            using RemoteStore store = Connect(out CountedLink link, ObjectEnd.Tail);
            long received = link.Received;
            foreach (IStoredObject run in OpenAll(store, ObjectEnd.Tail))
            {
                AssertRead(run, 0, Full);
                run.Dispose();
            }

            Assert.InRange(link.Received - received, 1, most);
        }
    }

    [Fact]
    public void A_range_that_was_announced_comes_once_whichever_part_is_read_first()
    {
        Publish(1, content.Length);
        using RemoteStore store = Connect(out CountedLink link, ObjectEnd.Head);
        using IStoredObject run = OpenAll(store, ObjectEnd.Head).Single();
        Assert.True(run.TryAnnounce(1_200_000, 1_300_000, mayBeKept: true));
        long sent = link.Sent, received = link.Received;
        Assert.True(run.TryAnnounce(1_500_000, 100, mayBeKept: true));
        Assert.True(run.TryAnnounce(1_200_000, 1_300_000, mayBeKept: true));
        AssertRead(run, 2_400_000, 100);
        AssertRead(run, 1_300_000, 1000);
        AssertRead(run, 1_200_000, 1_300_000);
        Assert.False(run.IsUnderWay(1_200_000, 1_300_000, mayBeKept: true));
        Assert.Equal(sent, link.Sent);
        Assert.InRange(link.Received - received, 0, 1_300_000 + (2 * ReadUnits.Size));
    }

    [Fact]
    public void Without_a_cache_no_more_is_asked_for_than_is_read()
    {
        Publish(2, Full);
        using RemoteStore store = Connect(out CountedLink link, ObjectEnd.Tail, isKept: false);
        OpenAll(store, ObjectEnd.Tail).ForEach(static run => run.Dispose());
        Assert.InRange(link.Received, 2 << 20, (2 << 20) + 10_000);
    }

    [Fact]
    public void Where_storage_has_lost_the_middle_the_rest_is_read()
    {
        Publish(1, Full);
        using RemoteStore store = Connect(out _, ObjectEnd.Head);
        using IStoredObject run = OpenAll(store, ObjectEnd.Head).Single();
        using (FileStream file = File.OpenWrite(Path.Combine(folder, runs[0].Path.ToString())))
        {
            file.SetLength(Full - 1000);
        }

        byte[] read = new byte[2000];
        Assert.True(run.TryAnnounce(Full - 2000, 2000, mayBeKept: true));
        Assert.InRange(run.ReadKept(read, Full - 2000), 1000, 2000);
        Assert.Equal(content[(Full - 2000)..(Full - 1000)], read[..1000]);
    }

    public void Dispose()
    {
        beside.Dispose();
        Directory.Delete(folder, recursive: true);
        Directory.Delete(caches, recursive: true);
    }

    private void Publish(int count, int length)
    {
        for (int i = 0; i < count; i++)
        {
            ObjectPath run = ObjectPath.Run(ObjectName.Random());
            Assert.True(beside.TryPublish(run, content.AsSpan(0, length)));
            runs.Add(run);
        }
    }

    private RemoteStore Connect(out CountedLink link, ObjectEnd end, bool isKept = true)
    {
        BytePath place = BytePath.Of("exec:there");
        link = new CountedLink(new ServerThread(new DirectoryPlace(BytePath.Of(folder))));
        Connection connection = new(link, place, new Greeting(StoreWish.Open) { First = FirstReads.Savesets });
        RemoteStore store = new(connection, isKept ? new ReadCache(CacheFolder.TryOpenIn(BytePath.Of(caches), CacheFolder.UsualLimit)!, place) : null);
        store.TryOpen(ObjectPath.Configuration, ObjectEnd.Tail, new byte[100], out _)!.Dispose();
        store.ExpectIndex(end);
        return store;
    }

    // As a program comes to them: savesets are listed, one is opened, and then the index.
    private static List<IStoredObject> OpenAll(RemoteStore store, ObjectEnd end)
    {
        ObjectPath saveset = store.List(ObjectType.Saveset).Single();
        store.TryOpen(saveset, ObjectEnd.Tail, new byte[1000], out _)!.Dispose();
        return [.. store.List(ObjectType.Run).ToArray().Select(run => store.TryOpen(run, end, new byte[64 << 10], out _)!)];
    }

    private void AssertRead(IStoredObject run, int offset, int length)
    {
        byte[] read = new byte[length];
        Assert.Equal(length, run.ReadKept(read, offset));
        Assert.True(content.AsSpan(offset, length).SequenceEqual(read));
    }
}
