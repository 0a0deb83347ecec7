using Backshift.Objects;
using Backshift.Posix;
using Backshift.Remote.Caching;
using Backshift.Remote.Client;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Tests;

/// <summary>A writer opens a pack that it has published itself: the end of it is at hand, and does not cross the line.</summary>
public sealed class PublishedPackTests : IDisposable
{
    private const int Tail = 600_000;

    private readonly string folder = Path.Combine(Path.GetTempPath(), "backshift-published-" + Guid.NewGuid().ToString("N"));
    private readonly string caches;
    private readonly ServedPlace served;
    private readonly ObjectPath pack = ObjectPath.Pack(ObjectName.Random());
    private readonly byte[] content = new byte[2_000_001];

    public PublishedPackTests()
    {
        caches = folder + "-of-user";
        Directory.CreateDirectory(caches);
        new Random(1).NextBytes(content);
        DirectoryStore beside = DirectoryStore.Make(BytePath.Of(folder));
        Assert.True(beside.TryPublish(ObjectPath.Configuration, "configuration"u8));
        served = new ServedPlace(beside);
    }

    [Theory, InlineData(100), InlineData(Tail), InlineData(1 << 20)]
    public void Its_end_is_not_fetched(int length)
    {
        using RemoteStore store = Connect(isKept: true, out CountedLink link);
        Publish(store, content);
        long received = link.Received;
        AssertTail(store, length);
        Assert.Equal(["open nothing"], served.Seen);
        Assert.InRange(link.Received - received, 1, 1000);
    }

    [Fact]
    public void More_than_is_at_hand_is_fetched()
    {
        using RemoteStore store = Connect(isKept: true, out _);
        Publish(store, content);
        AssertTail(store, 1_500_000);
        Assert.Contains("read", served.Seen);
    }

    [Fact]
    public void A_short_one_is_at_hand_as_a_whole()
    {
        using RemoteStore store = Connect(isKept: true, out _);
        Publish(store, content[..70_001]);
        byte[] all = new byte[Tail];
        using IStoredObject opened = store.TryOpen(pack, ObjectEnd.Tail, all, out int count)!;
        Assert.Equal(70_001, count);
        Assert.Equal(content[..70_001], all[..count]);
        Assert.Equal(["open nothing"], served.Seen);
    }

    [Fact]
    public void Without_a_cache_it_is_read_of_the_repository()
    {
        using RemoteStore store = Connect(isKept: false, out _);
        Publish(store, content);
        AssertTail(store, Tail);
        Assert.Equal("open", served.Seen[0]);
    }

    [Fact]
    public void What_turned_out_to_be_wrong_is_fetched()
    {
        using RemoteStore store = Connect(isKept: true, out _);
        Publish(store, content);
        store.TryForget(pack);
        AssertTail(store, Tail);
        Assert.Equal("open", served.Seen[0]);
    }

    [Fact]
    public void One_of_which_a_part_has_been_forgotten_is_fetched()
    {
        using RemoteStore store = Connect(isKept: true, out _);
        Publish(store, content);
        for (int i = 0; i < 10; i++)
        {
            Publish(store, content, ObjectPath.Pack(ObjectName.Random()));
        }

        AssertTail(store, Tail);
        Assert.Equal("open", served.Seen[0]);
    }

    [Fact]
    public void One_that_is_gone_is_not_there()
    {
        using RemoteStore store = Connect(isKept: true, out _);
        Publish(store, content);
        File.Delete(Path.Combine(folder, pack.Path.ToString()));
        Assert.Null(store.TryOpen(pack, ObjectEnd.Tail, new byte[Tail], out int count));
        Assert.Equal(0, count);
    }

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        Directory.Delete(caches, recursive: true);
    }

    private void Publish(RemoteStore store, byte[] bytes, ObjectPath? path = null)
    {
        using IObjectDraft draft = store.Create(ObjectType.Pack);
        draft.Write(bytes);
        Assert.True(draft.TryPublish(path ?? pack));
        served.Clear();
    }

    private void AssertTail(RemoteStore store, int length)
    {
        byte[] tail = new byte[length];
        using IStoredObject opened = store.TryOpen(pack, ObjectEnd.Tail, tail, out int count)!;
        Assert.Equal((content.Length, length), (opened.Length, count));
        Assert.Equal(content[^length..], tail);
    }

    private RemoteStore Connect(bool isKept, out CountedLink link)
    {
        BytePath place = BytePath.Of("exec:there");
        link = new CountedLink(new ServerThread(served));
        Connection connection = new(link, place, new Greeting(StoreWish.Open));
        RemoteStore store = new(connection, isKept ? new ReadCache(CacheFolder.TryOpenIn(BytePath.Of(caches), CacheFolder.UsualLimit)!, place) : null);
        store.TryOpen(ObjectPath.Configuration, ObjectEnd.Tail, new byte[100], out _)!.Dispose();
        return store;
    }
}
