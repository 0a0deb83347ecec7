using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Caching;
using Backshift.Remote.Client;
using Backshift.Remote.Messages;
using Backshift.Remote.Serving;
using Backshift.Testing;

namespace Backshift.Remote.Tests;

/// <summary>Objects that are opened before their names are known: what a server makes of it, and that a client takes each for what it is alone.</summary>
public sealed class OpenedByPlaceTests : IDisposable
{
    // Of a run of a full share of chunks.
    private const int Full = 1_131_804;

    private const int MostWithHello = 16;

    private readonly string folder = Path.Combine(Path.GetTempPath(), "backshift-places-" + Guid.NewGuid().ToString("N"));
    private readonly string caches;
    private readonly DirectoryStore beside;
    private readonly HandClock clock = new();
    private readonly byte[] content = new byte[2_000_000];

    public OpenedByPlaceTests()
    {
        new Random(1).NextBytes(content);
        caches = folder + "-of-user";
        Directory.CreateDirectory(caches);
        beside = DirectoryStore.Make(BytePath.Of(folder));
        Assert.True(beside.TryPublish(ObjectPath.Configuration, "configuration"u8));
    }

    private BytePath Location => BytePath.Of(folder);

    [Theory, InlineData(true), InlineData(false)]
    public void A_place_is_that_in_the_listing_whether_or_not_there_was_one(bool isListed)
    {
        ObjectPath[] keys = [.. Many(3, ObjectPath.KeySlot)], runs = [.. Many(5, ObjectPath.Run)];
        using Connection connection = Connect(FirstReads.Other);
        foreach ((ObjectType type, ObjectPath[] all) in (ReadOnlySpan<(ObjectType, ObjectPath[])>)[(ObjectType.KeySlot, keys), (ObjectType.Run, runs)])
        {
            // Which the server comes to before what follows it.
            using PendingAnswer? listing = isListed ? connection.Send(RequestsAhead.ListOf(type)) : null;
            Answer[] answers = [.. Enumerable.Range(0, all.Length).Select(nth => connection.Ask(At(type, nth, 10)))];
            Assert.Equal(all.Select(static one => one.Path).ToHashSet(), answers.Select(static answer => answer.Path).ToHashSet());
            Assert.Equal(beside.List(type).Select(static one => one.Path), answers.Select(static answer => answer.Path));
            Assert.All(answers, static answer => Assert.Equal(1000, answer.Length));
            Assert.True(connection.Ask(At(type, all.Length, 10)).IsGone);
            Assert.True(connection.Ask(At(type, long.MaxValue, 10)).IsGone);
        }
    }

    [Fact]
    public void Of_a_host_it_is_the_saveset_that_was_received_last_whatever_its_name()
    {
        string[] others = ["savesets/a/20261128T000001Z", "savesets/a/20261128T000002Z", "savesets/b/20261128T000001Z", "savesets/b/+s/20261128T000009Z"];
        string last = "savesets/a/20261128T000000Z";
        Assert.All(others.Append(last), Save);
        File.SetLastWriteTimeUtc(Path.Combine(folder, last), DateTime.UtcNow.AddMinutes(1));
        using Connection connection = Connect(FirstReads.Other);
        HashSet<string> found = [.. Enumerable.Range(0, 3).Select(nth => connection.Ask(At(ObjectType.Saveset, nth, 10)).Path.ToString())];
        Assert.Equal([last, others[2], others[3]], found);
        Assert.True(connection.Ask(At(ObjectType.Saveset, 3, 10)).IsGone);
    }

    [Fact]
    public void A_client_that_sees_one_host_is_given_no_saveset_of_another()
    {
        Assert.All((string[])["savesets/a/20261128T000000Z", "savesets/b/20261128T000001Z", "savesets/c/20261128T000002Z"], Save);
        using Connection connection = new(
            new ServerThread(new DirectoryPlace(Location), new ServingRights { Hosts = [BytePath.Of("b")] }), Location, new Greeting(StoreWish.Open));
        Assert.Equal("savesets/b/20261128T000001Z", connection.Ask(At(ObjectType.Saveset, 0, 10)).Path.ToString());
        Assert.True(connection.Ask(At(ObjectType.Saveset, 1, 10)).IsGone);
    }

    [Fact]
    public void Other_objects_have_no_place_and_those_that_are_named_none_either()
    {
        ObjectPath pack = ObjectPath.Pack(ObjectName.Random());
        Assert.True(beside.TryPublish(pack, "pack"u8));
        using Connection connection = Connect(FirstReads.Other);
        foreach (BytePath path in (ReadOnlySpan<BytePath>)
            [ObjectPath.FolderOf(ObjectType.Pack), ObjectPath.FolderOf(ObjectType.Intent), pack.Path, ObjectPath.Configuration.Path, BytePath.Of("..")])
        {
            Request request = new() { Verb = Verb.Open, Path = path, Nth = 0, Most = 10 };
            Assert.Equal(ExitCode.Usage, Assert.ThrowsAny<BackshiftException>(() => connection.Ask(request)).Code);
        }
    }

    [Fact]
    public void Whatever_is_opened_by_its_place_is_listed_once()
    {
        Many(3, ObjectPath.KeySlot).ToList();
        Many(3, ObjectPath.Run).ToList();
        Assert.All((string[])["savesets/a/20261128T000000Z", "savesets/b/20261128T000001Z"], Save);
        CountedPlace place = new(Location);
        Greeting greeting = new(StoreWish.Open) { First = FirstReads.Trees };
        Assert.InRange(greeting.Requests.Count(), AnswersAhead.Usual.Count + AnswersAhead.OfReaders.Count + 1, MostWithHello);
        using (Connection connection = new(new ServerThread(place), Location, greeting))
        {
            connection.Ask(new Request { Verb = Verb.Time });
        }

        Assert.Equal(
            ["KeySlot", "Run", "Saveset", "Settings", "Tags"],
            place.Calls.Where(static call => call.Verb == "list").Select(static call => call.Type.ToString()!).Order(StringComparer.Ordinal));
    }

    [Theory, InlineData(ObjectEnd.Head), InlineData(ObjectEnd.Tail)]
    public void A_reader_of_trees_has_all_that_it_comes_to_first_with_its_hello(ObjectEnd end)
    {
        ObjectPath slot = Many(1, ObjectPath.KeySlot).Single();
        string[] savesets = ["savesets/a/20261128T000000Z", "savesets/b/20261128T000000Z", "savesets/b/20261128T000001Z"];
        Assert.All(savesets, Save);
        HashSet<ObjectPath> runs = [.. Many(3, ObjectPath.Run, 900_000)];
        using RemoteStore store = Open(FirstReads.Trees, out CountedLink link);
        long sent = link.Sent;
        AssertHas(store, slot, ObjectEnd.Tail);
        store.ExpectIndex(end);
        Assert.Equal(savesets, store.List(ObjectType.Saveset).Select(static path => path.Path.ToString()).Order(StringComparer.Ordinal));
        AssertHas(store, ObjectPath.Saveset(BytePath.Of(savesets[2])), ObjectEnd.Tail);
        ObjectPath[] listed = [.. store.List(ObjectType.Run)];
        Assert.Equal(runs, listed.ToHashSet());
        Assert.All(listed, run => AssertHas(store, run, end, 900_000));
        Assert.Equal(sent, link.Sent);
    }

    [Fact]
    public void The_rest_of_a_run_that_is_longer_is_all_that_is_asked_for()
    {
        Save("savesets/a/20261128T000000Z");
        ObjectPath run = Many(1, ObjectPath.Run, Full).Single();
        using RemoteStore store = Open(FirstReads.Trees, out CountedLink link);
        store.ExpectIndex(ObjectEnd.Tail);
        AssertHas(store, store.List(ObjectType.Saveset).Single(), ObjectEnd.Tail);
        AssertHas(store, store.List(ObjectType.Run).Single(), ObjectEnd.Tail, Full);
        Assert.InRange(link.Received, Full, Full + ReadUnits.Size + 10_000);
        Assert.Equal(run, store.List(ObjectType.Run).Single());
    }

    [Fact]
    public void Runs_that_do_not_come_by_their_place_are_opened_with_the_saveset()
    {
        Save("savesets/a/20261128T000000Z");
        Many(6, ObjectPath.Run, 900_000).ToList();
        using RemoteStore store = Open(FirstReads.Trees, out CountedLink link);
        store.ExpectIndex(ObjectEnd.Head);
        AssertHas(store, store.List(ObjectType.Saveset).Single(), ObjectEnd.Tail);
        long sent = link.Sent;
        foreach (ObjectPath run in store.List(ObjectType.Run).ToArray())
        {
            store.TryOpen(run, ObjectEnd.Head, new byte[1000], out int count)!.Dispose();
            Assert.Equal(1000, count);
        }

        Assert.Equal(sent, link.Sent);
        Assert.InRange(link.Received, (3 * 900_000) + (3 * RemoteStore.Ahead), (3 * 900_000) + (3 * 350_000) + 20_000);
    }

    [Fact]
    public void What_is_wanted_and_did_not_come_by_its_place_is_opened_by_its_name()
    {
        string[] savesets = [.. Enumerable.Range(0, 9).Select(static host => $"savesets/h{host}/20261128T00000{host}Z"), "savesets/h1/20261127T000000Z"];
        Assert.All(savesets, Save);
        File.SetLastWriteTimeUtc(Path.Combine(folder, savesets[^1]), DateTime.UtcNow.AddMinutes(-1));
        using RemoteStore store = Open(FirstReads.Trees, out _);
        Assert.Equal(10, store.List(ObjectType.Saveset).Count());
        Assert.All(savesets, path => AssertHas(store, ObjectPath.Saveset(BytePath.Of(path)), ObjectEnd.Tail));
        Assert.Null(store.TryOpen(ObjectPath.Run(ObjectName.Random()), ObjectEnd.Head, new byte[10], out _));
    }

    [Theory, InlineData(50, true), InlineData(70, false)]
    public void It_may_be_as_old_as_it_takes_to_derive_a_key(int seconds, bool isTaken)
    {
        Save("savesets/a/20261128T000000Z");
        ObjectPath run = Many(1, ObjectPath.Run).Single();
        using RemoteStore store = Open(FirstReads.Trees, out CountedLink link);
        store.Now();
        clock.Pass(TimeSpan.FromSeconds(seconds));
        long sent = link.Sent;
        AssertHas(store, run, ObjectEnd.Head);
        Assert.Equal(isTaken, link.Sent == sent);
    }

    [Fact]
    public void After_a_change_of_this_client_nothing_is_believed_that_came_before()
    {
        ObjectPath run = Many(1, ObjectPath.Run).Single();
        using RemoteStore store = Open(FirstReads.Trees, out _);
        store.Now();
        Assert.True(store.Delete(run));
        Assert.Null(store.TryOpen(run, ObjectEnd.Head, new byte[10], out _));
    }

    [Fact]
    public void Nothing_of_the_index_comes_by_its_place_where_some_of_it_is_kept()
    {
        ObjectPath run = Many(1, ObjectPath.Run, 900_000).Single();
        foreach ((int least, int most) in (ReadOnlySpan<(int, int)>)[(900_000, 910_000), (0, 10_000)])
        {
            using RemoteStore store = Open(FirstReads.Trees, out CountedLink link);
            AssertHas(store, run, ObjectEnd.Head, 900_000);
            Assert.InRange(link.Received, least, most);
        }
    }

    [Fact]
    public void A_listing_that_a_client_has_not_read_to_its_end_is_not_forgotten_for_it()
    {
        string host = Directory.CreateDirectory(Path.Combine(folder, "savesets", "a")).FullName;
        for (int i = 0; i < 2100; i++)
        {
            File.WriteAllText(Path.Combine(host, $"20261128T{i / 60:0000}{i % 60:00}Z"), "");
        }

        using Connection connection = Connect(FirstReads.Other);

        // As many as the page promises.
        Request list = new() { Verb = Verb.List, Path = BytePath.Of("savesets/a") };
        byte[][] unread = [.. Enumerable.Range(0, 16).Select(_ => connection.Ask(list).After!)];
        Assert.False(connection.Ask(At(ObjectType.Saveset, 0, 10)).IsGone);
        Assert.All(unread, after => Assert.Equal(2100 - Listings.PathsAtOnce, connection.Ask(list with { After = after }).Paths!.Count));
    }

    [Fact]
    public void A_listing_that_failed_is_made_again_for_an_object_in_it()
    {
        Many(2, ObjectPath.Run).ToList();
        int failures = 1;
        FirstListed first = new(type => failures-- > 0 ? throw new BackshiftException(ExitCode.InputOutput, "bad")
            : [.. beside.List(type).Select(static path => path.Path)]);
        first.Begin(ObjectPath.FolderOf(ObjectType.Run))!.Dispose();
        Assert.Throws<BackshiftException>(() => first.Of(ObjectType.Run));
        Assert.Equal(2, first.Of(ObjectType.Run).Count);
        Assert.Null(first.Begin(ObjectPath.FolderOf(ObjectType.Pack)));
    }

    public void Dispose()
    {
        beside.Dispose();
        Directory.Delete(folder, recursive: true);
        Directory.Delete(caches, recursive: true);
    }

    private IEnumerable<ObjectPath> Many(int count, Func<ObjectName, ObjectPath> path, int length = 1000)
    {
        for (int i = 0; i < count; i++)
        {
            ObjectPath one = path(ObjectName.Random());
            Assert.True(beside.TryPublish(one, content.AsSpan(0, length)));
            yield return one;
        }
    }

    private void Save(string path) => Assert.True(beside.TryPublish(ObjectPath.Saveset(BytePath.Of(path)), content.AsSpan(0, 1000)));

    private static Request At(ObjectType type, long nth, int most) =>
        new() { Verb = Verb.Open, Path = ObjectPath.FolderOf(type), Nth = nth, End = ObjectEnd.Head, Most = most };

    private Connection Connect(FirstReads first) =>
        new(new ServerThread(new DirectoryPlace(Location)), Location, new Greeting(StoreWish.Open) { First = first });

    private RemoteStore Open(FirstReads first, out CountedLink link)
    {
        ReadCache cache = new(CacheFolder.TryOpenIn(BytePath.Of(caches), CacheFolder.UsualLimit)!, Location);
        link = new CountedLink(new ServerThread(new DirectoryPlace(Location)));
        Greeting greeting = new(StoreWish.Open) { First = first, HasRuns = cache.HasRuns() };
        RemoteStore store = new(new Connection(link, Location, greeting, clock), cache);
        store.TryOpen(ObjectPath.Configuration, ObjectEnd.Tail, new byte[100], out _)!.Dispose();
        return store;
    }

    private void AssertHas(RemoteStore store, ObjectPath path, ObjectEnd end, int length = 1000)
    {
        byte[] read = new byte[Math.Min(length, 64 << 10)];
        using IStoredObject opened = store.TryOpen(path, end, read, out int count)!;
        Assert.Equal((length, read.Length), ((int)opened.Length, count));
        int from = end == ObjectEnd.Head ? 0 : length - read.Length;
        Assert.True(content.AsSpan(from, read.Length).SequenceEqual(read));
        byte[] all = new byte[length];
        Assert.Equal(length, opened.ReadKept(all, 0));
        Assert.True(content.AsSpan(0, length).SequenceEqual(all));
    }

    private sealed class CountedPlace(BytePath location) : IPlace
    {
        private RecordingStore? recording;

        internal IReadOnlyList<StoreCall> Calls => recording!.Calls;

        public BytePath Location => location;

        public bool HasRepository => true;

        public bool IsVacant => false;

        public IObjectStore Open() => recording = new RecordingStore(DirectoryStore.Open(location));

        public IObjectStore Make(bool isShared, Action<string> note) => throw new NotSupportedException();
    }
}
