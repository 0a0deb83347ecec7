using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Client;
using Backshift.Remote.Messages;
using Backshift.Remote.Serving;

namespace Backshift.Remote.Tests;

/// <summary>Reads that are announced are asked for then, and given once.</summary>
public sealed class AnnouncedReadsTests : IDisposable
{
    private const int Block = 200_000;

    private readonly string folder = Path.Combine(Path.GetTempPath(), "backshift-announced-" + Guid.NewGuid().ToString("N"));
    private readonly byte[] content = new byte[30_000_000];
    private readonly ObjectPath pack = ObjectPath.Pack(ObjectName.Random());
    private readonly CountedLink link;
    private readonly Connection connection;
    private readonly RemoteStore store;
    private readonly DirectoryStore beside;

    public AnnouncedReadsTests()
    {
        BytePath location = BytePath.Of(folder);
        new Random(1).NextBytes(content);
        beside = DirectoryStore.Make(location);
        Assert.True(beside.TryPublish(ObjectPath.Configuration, "configuration"u8));
        Assert.True(beside.TryPublish(pack, content));
        link = new CountedLink(new ServerThread(new DirectoryPlace(location)));
        connection = new Connection(link, location, new Greeting(StoreWish.Open));
        store = new RemoteStore(connection);
    }

    [Fact]
    public void What_was_announced_is_not_asked_for_again()
    {
        using IStoredObject opened = Open();
        for (int i = 0; i < 20; i++)
        {
            Assert.True(opened.TryAnnounce(i * Block, Block, mayBeKept: false));
        }

        long sent = link.Sent;
        for (int i = 0; i < 20; i++)
        {
            Assert.True(opened.TryAnnounce(i * Block, Block, mayBeKept: false));
            AssertRead(opened, i * Block, Block);
        }

        Assert.Equal(sent, link.Sent);
    }

    [Theory, InlineData(100_000), InlineData(200_000), InlineData(3_000_000)]
    public void It_is_given_once(int length)
    {
        using IStoredObject opened = Open();
        Assert.True(opened.TryAnnounce(1_000_000, length, mayBeKept: false));
        long sent = link.Sent;
        AssertRead(opened, 1_000_000, length);
        Assert.Equal(sent, link.Sent);
        AssertRead(opened, 1_000_000, length);
        Assert.NotEqual(sent, link.Sent);
    }

    [Theory, InlineData(100), InlineData(40_000)]
    public void A_short_one_stays_at_hand_until_many_others_were_read(int length)
    {
        using IStoredObject opened = Open();
        Assert.True(opened.TryAnnounce(1_000_000, length, mayBeKept: false));
        AssertRead(opened, 1_000_000, length);
        long sent = link.Sent;
        Assert.True(opened.TryAnnounce(1_000_000, length, mayBeKept: false));
        AssertRead(opened, 1_000_000, length);
        Assert.Equal(sent, link.Sent);
        for (int i = 0; i < 120; i++)
        {
            Assert.True(opened.TryAnnounce(2_000_000 + (i * 60_000), 60_000, mayBeKept: false));
            AssertRead(opened, 2_000_000 + (i * 60_000), 60_000);
        }

        sent = link.Sent;
        AssertRead(opened, 1_000_000, length);
        Assert.NotEqual(sent, link.Sent);
    }

    [Fact]
    public void A_short_one_of_an_object_that_seems_to_be_damaged_is_asked_for_again()
    {
        using IStoredObject opened = Open();
        Assert.True(opened.TryAnnounce(1_000_000, 50_000, mayBeKept: false));
        AssertRead(opened, 1_000_000, 50_000);
        store.TryForget(pack);
        long sent = link.Sent;
        AssertRead(opened, 1_000_000, 50_000);
        Assert.NotEqual(sent, link.Sent);
    }

    [Theory, InlineData(1000), InlineData(300_000), InlineData(1 << 20)]
    public void An_opening_that_was_announced_is_not_asked_for_again(int length)
    {
        Assert.False(store.IsOpeningUnderWay(pack, ObjectEnd.Tail, length));
        Assert.True(store.TryAnnounceOpening(pack, ObjectEnd.Tail, length));
        Assert.True(store.TryAnnounceOpening(pack, ObjectEnd.Tail, length));
        long sent = link.Sent;
        Assert.True(SpinWait.SpinUntil(() => !store.IsOpeningUnderWay(pack, ObjectEnd.Tail, length), TimeSpan.FromSeconds(30)));
        byte[] tail = new byte[length];
        using IStoredObject opened = store.TryOpen(pack, ObjectEnd.Tail, tail, out int count)!;
        Assert.Equal(length, count);
        Assert.Equal(content[^length..], tail);
        Assert.Equal(sent, link.Sent);
    }

    [Fact]
    public void What_was_announced_is_under_way_until_its_answer_is_here()
    {
        using IStoredObject opened = Open();
        Assert.False(opened.IsUnderWay(0, 4096, mayBeKept: true));
        Assert.True(opened.TryAnnounce(0, 4096, mayBeKept: true));
        Assert.True(SpinWait.SpinUntil(() => !opened.IsUnderWay(0, 4096, mayBeKept: true), TimeSpan.FromSeconds(30)));
        long sent = link.Sent;
        byte[] page = new byte[4096];
        Assert.Equal(page.Length, opened.ReadKept(page, 0));
        Assert.Equal(content[..4096], page);
        Assert.Equal(sent, link.Sent);
    }

    [Fact]
    public void A_range_beyond_the_end_is_announced_and_read_up_to_it()
    {
        using IStoredObject opened = Open();
        Assert.True(opened.TryAnnounce(content.Length - 1000, Block, mayBeKept: false));
        Assert.True(opened.TryAnnounce(content.Length + 5, Block, mayBeKept: false));
        AssertRead(opened, content.Length - 1000, Block);
    }

    [Fact]
    public void No_more_than_16_MiB_wait_to_be_read()
    {
        using IStoredObject opened = Open();
        int announced = 0;
        for (DateTime end = DateTime.UtcNow.AddSeconds(30); announced < content.Length / Block && DateTime.UtcNow < end;)
        {
            // Refused for a while only, as long as it is what is under way.
            announced += opened.TryAnnounce(announced * Block, Block, mayBeKept: false) ? 1 : 0;
            if (announced == (16 << 20) / Block)
            {
                break;
            }
        }

        Assert.Equal((16 << 20) / Block, announced);
        Thread.Sleep(200);
        Assert.False(opened.TryAnnounce(announced * Block, Block, mayBeKept: false));
        AssertRead(opened, announced * Block, Block);
        AssertRead(opened, 0, Block);
        Assert.True(opened.TryAnnounce(announced * Block, Block, mayBeKept: false));
        for (int i = 1; i <= announced; i++)
        {
            AssertRead(opened, i * Block, Block);
        }
    }

    [Fact]
    public void What_cannot_be_read_is_said_by_who_reads_it()
    {
        using IStoredObject opened = Open();
        connection.Dispose();
        Assert.True(opened.TryAnnounce(0, Block, mayBeKept: false));
        Assert.Throws<StoreGoneException>(() => opened.ReadAt(new byte[Block], 0));
    }

    [Fact]
    public void A_pack_of_few_pieces_is_published_in_one_turn()
    {
        store.PrepareForWriting();
        int turns = link.Turns;
        using (IObjectDraft draft = store.Create(ObjectType.Pack))
        {
            draft.Write(content.AsSpan(0, 100_000));
            Assert.True(draft.TryPublish(ObjectPath.Pack(ObjectName.Random())));
        }

        // Answers that come while the next request is sent count as turns.
        Assert.InRange(link.Turns - turns, 1, 3);
    }

    [Fact]
    public void A_lease_that_was_just_returned_is_given_again()
    {
        // The return is not waited for: a server that took the next request first would refuse.
        for (int i = 0; i < 2000; i++)
        {
            using IDisposable? lease = store.TryLease(LeaseKind.Publishing);
            Assert.NotNull(lease);
        }
    }

    [Fact]
    public void A_draft_that_could_not_be_started_is_not_published()
    {
        using RemoteStore limited = new(new Connection(
            new ServerThread(new DirectoryPlace(BytePath.Of(folder)), new ServingRights { MayRead = true }), BytePath.Of(folder),
            new Greeting(StoreWish.Open)));
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        using IObjectDraft draft = limited.Create(ObjectType.Pack);
        draft.Write(content.AsSpan(0, 1_000_000));
        StoreException refused = Assert.Throws<StoreException>(() => draft.TryPublish(path));
        Assert.Equal(StoreTrouble.Refused, refused.Trouble);
        Assert.False(beside.Exists(path));
    }

    [Fact]
    public void A_writer_has_the_end_of_what_it_published_at_hand()
    {
        store.PrepareForWriting();
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        using (IObjectDraft draft = store.Create(ObjectType.Pack))
        {
            draft.Write(content.AsSpan(0, 3_000_000));
            Assert.True(draft.TryPublish(path));
        }

        byte[] tail = new byte[1000];
        using IStoredObject opened = store.TryOpen(path, ObjectEnd.Tail, tail, out _)!;
        Assert.Equal(content[2_999_000..3_000_000], tail);

        // It is not what was read: that is asked for.
        long sent = link.Sent;
        byte[] read = new byte[300_000];
        Assert.Equal(read.Length, opened.ReadAt(read, 2_400_000));
        Assert.Equal(content[2_400_000..2_700_000], read);
        Assert.NotEqual(sent, link.Sent);
    }

    public void Dispose()
    {
        store.Dispose();
        beside.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private IStoredObject Open() => store.TryOpen(pack, ObjectEnd.Tail, new byte[100], out _)!;

    private void AssertRead(IStoredObject opened, int offset, int length)
    {
        byte[] read = new byte[length];
        int count = opened.ReadAt(read, offset);
        Assert.Equal(Math.Min(length, content.Length - offset), count);
        Assert.True(content.AsSpan(offset, count).SequenceEqual(read.AsSpan(0, count)));
    }
}
