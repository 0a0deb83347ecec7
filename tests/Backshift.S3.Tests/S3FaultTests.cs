using System.Collections.Concurrent;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.S3.Tests;

/// <summary>What becomes of requests that fail, get lost, or are answered wrongly.</summary>
public sealed class S3FaultTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 1000).Select(static i => (byte)(i * 7))];

    private readonly StubServer server = new();
    private IObjectStore store;

    public S3FaultTests() => store = Make(new S3Settings { Location = Location("a") });

    [Theory]
    [InlineData("SlowDown")]
    [InlineData("Failing")]
    [InlineData("AnswerLost")]
    [InlineData("RequestLost")]
    [InlineData("Conflict")]
    [InlineData("Silent")]
    public void What_was_sent_is_stored_once_and_is_ours_however_often_a_request_failed(string fault)
    {
        FailFirst(2, Enum.Parse<StubFault>(fault), static request => request.Method == "PUT");
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        Assert.True(store.TryPublish(path, Content));
        Assert.Equal(Content, Read(path));
        Assert.False(store.TryPublish(path, [1]));
    }

    [Theory]
    [InlineData("SlowDown")]
    [InlineData("AnswerLost")]
    [InlineData("RequestLost")]
    public void The_same_where_the_server_knows_no_conditions(string fault)
    {
        store.Dispose();
        server.ObeysConditions = false;
        store = Make(new S3Settings { Location = Location("other") });
        Assert.False(store.HasExclusiveNames);
        FailFirst(2, Enum.Parse<StubFault>(fault), static request => request.Method == "PUT");
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        Assert.True(store.TryPublish(path, Content));
        Assert.Equal(Content, Read(path));
    }

    [Fact]
    public void Another_writer_that_was_first_keeps_the_name_even_if_the_answer_to_us_was_lost()
    {
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        bool isFirst = true;
        server.Fault = request =>
        {
            if (request.Method == "PUT" && isFirst)
            {
                isFirst = false;
                server.Put("bucket", request.Key, [9]);
                return StubFault.RequestLost;
            }

            return StubFault.None;
        };
        Assert.False(store.TryPublish(path, Content));
        Assert.Equal([9], Read(path));
    }

    [Fact]
    public void A_writer_that_was_overwritten_where_there_are_no_conditions_is_told_that_the_name_is_taken()
    {
        store.Dispose();
        server.ObeysConditions = false;
        store = Make(new S3Settings { Location = Location("other") });
        ObjectPath path = ObjectPath.Intent(ObjectName.Random(), 1);
        bool isStored = false;
        server.Fault = request =>
        {
            if (request.Method == "HEAD" && isStored)
            {
                server.Put("bucket", request.Key, [9]);
            }

            isStored |= request.Method == "PUT";
            return StubFault.None;
        };
        Assert.False(store.TryPublish(path, Content));
    }

    [Theory]
    [InlineData("BodyCut")]
    [InlineData("SlowDown")]
    [InlineData("RequestLost")]
    [InlineData("Silent")]
    public void What_was_cut_off_is_read_again_and_never_taken_for_the_whole(string fault)
    {
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        Assert.True(store.TryPublish(path, Content));
        FailFirst(2, Enum.Parse<StubFault>(fault), static request => request.Method == "GET");
        Assert.Equal(Content, Read(path));
    }

    [Fact]
    public void What_is_always_cut_off_is_an_error_that_names_the_object()
    {
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        Assert.True(store.TryPublish(path, Content));
        OpenImpatient();
        server.Fault = static request => request.Method == "GET" ? StubFault.BodyCut : StubFault.None;
        StoreException e = Assert.Throws<StoreException>(() => store.TryOpen(path, ObjectEnd.Tail, new byte[500], out _));
        Assert.Equal((StoreTrouble.Broken, ExitCode.InputOutput), (e.Trouble, e.Code));
        Assert.Equal($"{store.Location}/{path.Path}: the connection to the server was cut", e.Message);
    }

    [Fact]
    public void A_server_that_ignores_ranges_is_not_believed()
    {
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        Assert.True(store.TryPublish(path, Content));
        server.IgnoresRanges = true;
        StoreException e = Assert.Throws<StoreException>(() => store.TryOpen(path, ObjectEnd.Tail, new byte[500], out _));
        Assert.Contains("ranges", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_object_without_bytes_is_there_and_empty()
    {
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        server.Put("bucket", $"a/{path.Path}", []);
        using IStoredObject opened = store.TryOpen(path, ObjectEnd.Tail, new byte[10], out int count)!;
        Assert.Equal((0, 0), (count, opened.Length));
        Assert.Equal(0, opened.ReadAt(new byte[10], 0));
    }

    [Fact]
    public void A_long_object_goes_in_parts_and_an_answer_that_was_lost_does_no_harm()
    {
        ConcurrentDictionary<string, bool> seen = [];
        server.Fault = request => request.Method is "PUT" or "POST" && seen.TryAdd($"{request} {request.Query.GetValueOrDefault("partNumber")}", true)
            ? StubFault.AnswerLost : StubFault.None;
        byte[] content = new byte[2_500_000];
        new Random(1).NextBytes(content);
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        using IObjectDraft draft = store.Create(ObjectType.Pack);
        draft.Write(content);
        Assert.True(draft.TryPublish(path));
        Assert.Equal(content, Read(path));
        Assert.Equal(5, server.Log.Count(static request => request.Asks("partNumber")) / 2);

        // The one of which the first answer was lost is swept when it is a day old.
        Assert.Single(server.Uploads);
    }

    [Fact]
    public void A_part_that_is_refused_leaves_nothing_behind()
    {
        server.Fault = static request => request.Asks("partNumber") && request.Query["partNumber"] == "3" ? StubFault.Denied : StubFault.None;
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        Assert.Equal(StoreTrouble.Refused, Assert.Throws<StoreException>(() => store.TryPublish(path, new byte[2_500_000])).Trouble);
        Assert.False(store.Exists(path));
        Assert.Empty(server.Uploads);
    }

    [Fact]
    public void A_long_object_does_not_take_a_name_that_is_taken()
    {
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        Assert.True(store.TryPublish(path, Content));
        Assert.False(store.TryPublish(path, new byte[2_500_000]));
        Assert.Equal(Content, Read(path));
    }

    [Fact]
    public void Uploads_are_swept_when_they_are_a_day_old_and_only_those_of_this_store()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        server.Abandon("a/packs/00/x", now.AddHours(-30));
        server.Abandon("a/packs/00/y", now.AddHours(-20));
        server.Abandon("b/packs/00/z", now.AddHours(-30));
        store.Sweep();
        Assert.Equal(["left2", "left3"], server.Uploads.Order());
    }

    [Fact]
    public void A_listing_goes_on_from_page_to_page()
    {
        server.PageSize = 7;
        ObjectPath[] runs = [.. Enumerable.Range(0, 30).Select(static _ => ObjectPath.Run(ObjectName.Random())).OrderBy(static run => run.Path)];
        Array.ForEach(runs, run => server.Put("bucket", $"a/{run.Path}", [1]));
        Assert.Equal(runs, store.List(ObjectType.Run));
        server.LosesContinuation = true;
        Assert.Throws<StoreException>(() => store.List(ObjectType.Run).Count());
    }

    [Fact]
    public void What_a_listing_leaves_out_is_there_all_the_same()
    {
        server.Hides = static _ => true;
        ObjectPath path = ObjectPath.Run(ObjectName.Random());
        Assert.True(store.TryPublish(path, Content));
        Assert.Empty(store.List(ObjectType.Run));
        Assert.True(store.Exists(path));
        Assert.Equal(Content, Read(path));
        store.VerifyPlace(path);
        BackshiftException e = Assert.Throws<BackshiftException>(() => new S3Place(Settings("a")).Make(isShared: false, static _ => { }));
        Assert.Equal(ExitCode.CannotCreate, e.Code);
    }

    [Fact]
    public void Requests_under_way_are_bounded()
    {
        ObjectPath path = ObjectPath.Run(ObjectName.Random());
        Assert.True(store.TryPublish(path, Content));
        server.Delay = TimeSpan.FromMilliseconds(20);
        AtOnce.Do(40, 40, _ => Assert.Equal(Content, Read(path)));
        Assert.InRange(server.MostUnderWay, 3, 4);
    }

    [Fact]
    public void Patience_ends()
    {
        OpenImpatient();
        server.Fault = static _ => StubFault.SlowDown;
        StoreGoneException e = Assert.Throws<StoreGoneException>(() => store.TryPublish(ObjectPath.Run(ObjectName.Random()), Content));
        Assert.Equal($"{store.Location}: given up after a second: the server says SlowDown, HTTP 503", e.Message);
    }

    [Theory]
    [InlineData("RequestLost")]
    [InlineData("Silent")]
    [InlineData("Failing")]
    public void A_server_that_was_given_up_is_asked_for_nothing_more(string fault)
    {
        OpenImpatient();
        int before = server.Log.Count;
        server.Fault = _ => Enum.Parse<StubFault>(fault);
        ObjectPath path = ObjectPath.Run(ObjectName.Random()), other = ObjectPath.Run(ObjectName.Random());

        // Those that are under way end together, and not each after its own time.
        AtOnce.Do(20, 20, _ => Assert.Throws<StoreGoneException>(() => store.TryOpen(path, ObjectEnd.Tail, new byte[10], out int _)));

        // The server may read requests that were dropped when they have long been given up, so what follows asks for something else.
        for (int i = 0; i < 1000; i++)
        {
            Assert.Throws<StoreGoneException>(() => store.TryOpen(other, ObjectEnd.Tail, new byte[10], out int _));
            Assert.Throws<StoreGoneException>(() => store.Exists(other));
        }

        Assert.Throws<StoreGoneException>(() => store.TryPublish(other, Content));
        Assert.Throws<StoreGoneException>(() => store.List(ObjectType.Run).Count());
        Assert.DoesNotContain(
            server.Log.Skip(before), request => request.Key.EndsWith(other.Path.ToString(), StringComparison.Ordinal) || request.Asks("list-type"));
    }

    [Fact]
    public void A_server_that_fails_for_one_object_alone_is_not_given_up()
    {
        OpenImpatient();
        ObjectPath lost = ObjectPath.Run(ObjectName.Random()), other = ObjectPath.Run(ObjectName.Random());
        Assert.True(store.TryPublish(other, Content));
        server.Fault = request => request.Key.EndsWith(lost.Path.ToString(), StringComparison.Ordinal) ? StubFault.Failing : StubFault.None;
        StoreException e = Assert.Throws<StoreException>(() => store.TryOpen(lost, ObjectEnd.Tail, new byte[10], out _));
        Assert.Equal((StoreTrouble.Broken, ExitCode.InputOutput), (e.Trouble, e.Code));
        Assert.Null(store.Exists(lost));
        Assert.Equal(Content, Read(other));
    }

    [Fact]
    public void A_bucket_that_is_gone_is_no_empty_one()
    {
        server.Remove("bucket");
        Assert.Contains("there is no such bucket", Assert.Throws<StoreException>(() => store.List(ObjectType.Run).Count()).Message, StringComparison.Ordinal);
        BackshiftException e = Assert.Throws<BackshiftException>(() => store.VerifyPlace(null));
        Assert.Equal(ExitCode.InputOutput, e.Code);
    }

    [Fact]
    public void A_repository_that_was_replaced_is_not_the_one_that_was_opened()
    {
        store.VerifyPlace(null);
        server.Put("bucket", $"a/{ObjectPath.Configuration.Path}", [7]);
        Assert.Throws<BackshiftException>(() => store.VerifyPlace(null));
    }

    [Fact]
    public void Messages_have_no_secrets()
    {
        server.Fault = static _ => StubFault.Denied;
        StoreException e = Assert.Throws<StoreException>(() => store.TryPublish(ObjectPath.Run(ObjectName.Random()), Content));
        Assert.NotNull(e.Hint);
        Assert.DoesNotContain(StubCredentials.Secret, e.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("KEYOFTHESTUB", e.Message + e.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Packs_of_contents_are_cold_and_everything_else_is_warm()
    {
        store.Dispose();
        store = new S3Place(Settings("a") with { StorageClass = "DEEP_ARCHIVE" }).Open();
        ObjectPath contents = PublishPack(flags: 0), nodes = PublishPack(flags: 1), run = ObjectPath.Run(ObjectName.Random());
        Assert.True(store.TryPublish(run, Content));
        Assert.Equal(["DEEP_ARCHIVE", null, null],
            new[] { contents, nodes, run }.Select(path => server.Find("bucket", $"a/{path.Path}")!.Kept.GetValueOrDefault("x-amz-storage-class")));
    }

    [Theory]
    [InlineData("InvalidStorageClass")]
    [InlineData("InvalidArgument")]
    public void A_storage_class_that_the_server_does_not_have_is_named_before_anything_is_stored(string code)
    {
        store.Dispose();
        store = new S3Place(Settings("a") with { StorageClass = "FROZEN" }).Open();
        server.Refusal = request => request.Header("x-amz-storage-class") is null ? null : code;
        int before = server.Log.Count;
        StoreException e = Assert.Throws<StoreException>(() => store.TryPublish(ObjectPath.Run(ObjectName.Random()), Content));
        Assert.Contains($"the server has no storage class FROZEN ({code})", e.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotPermitted, e.Code);
        Assert.DoesNotContain(server.Log.Skip(before), static request => request.Method == "PUT");
    }

    [Fact]
    public void A_storage_class_is_tried_once_and_nothing_is_left_of_it()
    {
        store.Dispose();
        store = new S3Place(Settings("a") with { StorageClass = "DEEP_ARCHIVE" }).Open();
        PublishPack(flags: 0);
        PublishPack(flags: 0);
        Assert.Single(server.Log, static request => request.Method == "POST" && request.Header("x-amz-storage-class") == "DEEP_ARCHIVE");
        Assert.Empty(server.Uploads);
    }

    [Fact]
    public void A_bucket_without_object_lock_is_named()
    {
        store.Dispose();
        store = new S3Place(Settings("a") with { LockFor = TimeSpan.FromDays(30), StorageClass = "DEEP_ARCHIVE" }).Open();
        server.Refusal = static request => request.Header("x-amz-object-lock-mode") is null ? null : "InvalidRequest";
        StoreException e = Assert.Throws<StoreException>(() => PublishPack(flags: 0));
        Assert.Contains("the bucket has no object lock (InvalidRequest)", e.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotPermitted, e.Code);
    }

    [Theory]
    [InlineData(LockMode.Compliance, "COMPLIANCE")]
    [InlineData(LockMode.Governance, "GOVERNANCE")]
    public void What_a_restore_needs_is_locked_and_stays(LockMode mode, string expected)
    {
        store.Dispose();
        store = new S3Place(Settings("a") with { LockFor = TimeSpan.FromDays(30), LockMode = mode }).Open();
        ObjectPath pack = PublishPack(flags: 0), intent = ObjectPath.Intent(ObjectName.Random(), 1);
        ObjectPath whole = ObjectPath.Saveset(BytePath.Of("savesets/h/20261123T090405Z"));
        ObjectPath checkpoint = ObjectPath.Saveset(BytePath.Of("savesets/h/20261123T090405Z~1"));
        Assert.All([intent, whole, checkpoint], path => Assert.True(store.TryPublish(path, Content)));
        Assert.False(store.Delete(whole));
        Assert.True(store.Delete(checkpoint));
        StubObject locked = server.Find("bucket", $"a/{pack.Path}")!;
        Assert.Equal(expected, locked.Kept["x-amz-object-lock-mode"]);
        Assert.InRange(locked.LockedUntil!.Value - DateTimeOffset.UtcNow, TimeSpan.FromDays(29.9), TimeSpan.FromDays(30.1));
        Assert.False(store.Delete(pack));
        Assert.True(store.Exists(pack));
        Assert.True(store.Delete(intent));
        Assert.False(store.Exists(intent));
    }

    [Fact]
    public void A_lock_that_has_ended_keeps_nothing()
    {
        store.Dispose();
        store = new S3Place(Settings("a") with { LockFor = TimeSpan.FromSeconds(-10) }).Open();
        ObjectPath pack = PublishPack(flags: 0);
        Assert.NotNull(server.Find("bucket", $"a/{pack.Path}")!.LockedUntil);
        Assert.True(store.Delete(pack));
        Assert.False(store.Exists(pack));
    }

    public void Dispose()
    {
        store.Dispose();
        server.Dispose();
    }

    private S3Location Location(string prefix) => S3Location.Parse(BytePath.Of($"s3+http://127.0.0.1:{server.Port}/bucket/{prefix}"));

    private S3Settings Settings(string prefix) => Quick(new S3Settings { Location = Location(prefix) });

    private static S3Settings Quick(S3Settings settings) => settings with
    {
        // On a busy machine an answer of the stub takes long.
        Patience = TimeSpan.FromMinutes(1),
        Silence = TimeSpan.FromSeconds(1),
        FirstPause = TimeSpan.FromMilliseconds(1),
        PauseLimit = TimeSpan.FromMilliseconds(100),
        Requests = 4,
        WholeLimit = 1_000_000,
        PartSize = 500_000,
    };

    private void OpenImpatient()
    {
        store.Dispose();
        store = new S3Place(Settings("a") with { Patience = TimeSpan.FromSeconds(1) }).Open();
    }

    private static IObjectStore Make(S3Settings settings)
    {
        IObjectStore made = new S3Place(Quick(settings)).Make(isShared: false, static _ => { });
        Assert.True(made.TryPublish(ObjectPath.Configuration, "x"u8));
        return made;
    }

    private ObjectPath PublishPack(byte flags)
    {
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        byte[] bytes = new byte[100];
        new ObjectHeader(ObjectType.Pack, flags, path.Name).CopyTo(bytes);
        using IObjectDraft draft = store.Create(ObjectType.Pack);
        draft.Write(bytes);
        Assert.True(draft.TryPublish(path));
        return path;
    }

    private void FailFirst(int count, StubFault fault, Func<StubRequest, bool> which)
    {
        int left = count;
        server.Fault = request => which(request) && left-- > 0 ? fault : StubFault.None;
    }

    private byte[] Read(ObjectPath path)
    {
        using IStoredObject opened = store.TryOpen(path, ObjectEnd.Head, [], out _)!;
        byte[] bytes = new byte[opened.Length];
        opened.ReadExactly(bytes, 0);
        return bytes;
    }
}
