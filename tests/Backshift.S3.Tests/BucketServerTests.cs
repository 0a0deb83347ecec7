using System.Diagnostics;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Client;

namespace Backshift.S3.Tests;

/// <summary>bs-s3, the program of BIN, as a server of clients that may not choose how it is started: its log, its quota, how fast it is.</summary>
public sealed class BucketServerTests : IDisposable
{
    private readonly StubServer server = new();
    private readonly string folder = Directory.CreateTempSubdirectory("backshift-bucket-server-").FullName;
    private readonly string program;

    public BucketServerTests()
    {
        program = Path.Combine(Environment.GetEnvironmentVariable("BIN") ?? "", "bs-s3");
        Assert.SkipUnless(File.Exists(program), "BIN names no programs");
        using IObjectStore made = Stores.Make(Location(""));
        Assert.True(made.TryPublish(ObjectPath.Configuration, "x"u8));
    }

    private string Log => Path.Combine(folder, "log");

    private string Account => Path.Combine(folder, "account");

    [Fact]
    public void The_log_has_what_a_client_did_and_what_it_was_refused()
    {
        ObjectPath pack = Pack(), run = ObjectPath.Run(ObjectName.Random());
        using (IObjectStore store = Stores.Open(Location($"--append-only --log {Log} --as web")))
        {
            Assert.True(Put(store, pack, 1000));
            Assert.True(Put(store, run, 100));
            Assert.False(store.Delete(pack));
        }

        // It has read the configuration, of one byte, which it asks for when it says hello, and the run, which a writer opens as soon as it is published.
        Assert.Equal(
            [$"web begin s3+http://127.0.0.1:{server.Port}/bucket/a open", $"web put {pack.Path} 1000", $"web put {run.Path} 100",
                $"web refuse {pack.Path} delete", $"web end s3+http://127.0.0.1:{server.Port}/bucket/a 101"],
            File.ReadAllLines(Log).Select(static line => line.Split(' ', 3)[2]));
    }

    [Fact]
    public void A_quota_bounds_all_servers_of_a_client_and_what_is_gone_from_the_bucket_does_not_count()
    {
        BytePath location = Location($"--quota 1000000 --account {Account}");
        ObjectPath first = Pack();
        using (IObjectStore store = Stores.Open(location))
        {
            Assert.True(Put(store, first, 600_000));
            StoreException refused = Assert.Throws<StoreException>(() => Put(store, Pack(), 400_001));
            Assert.Equal((StoreTrouble.Refused, ExitCode.NotPermitted), (refused.Trouble, refused.Code));
            Assert.Contains("the quota of this client is used up", refused.Message, StringComparison.Ordinal);
        }

        using (IObjectStore store = Stores.Open(location))
        {
            Assert.True(Put(store, Pack(), 400_000));
            Assert.Throws<StoreException>(() => Put(store, Pack(), 32));
        }

        server.Remove("bucket", $"a/{first.Path}");
        using (IObjectStore store = Stores.Open(location))
        {
            Assert.True(Put(store, Pack(), 600_000));
            Assert.Throws<StoreException>(() => Put(store, Pack(), 32));
        }
    }

    [Fact]
    public void A_long_account_is_compared_with_the_bucket_many_objects_at_a_time()
    {
        File.WriteAllLines(Account, Enumerable.Range(0, 300).Select(static _ => $"1000 {Pack().Path}"));
        server.Delay = TimeSpan.FromMilliseconds(20);
        using IObjectStore store = Stores.Open(Location($"--quota 10000 --account {Account}"));
        int asked = server.Log.Count;
        Assert.True(Put(store, Pack(), 10_000));
        Assert.InRange(server.Log.Count - asked, 300, 320);
        Assert.InRange(server.MostUnderWay, 8, 16);
    }

    [Fact]
    public void A_rate_bounds_what_a_client_sends()
    {
        using IObjectStore store = Stores.Open(Location("--limit-rate 100kB"));
        long begun = Stopwatch.GetTimestamp();
        Assert.True(Put(store, Pack(), 150_000));
        Assert.True(Stopwatch.GetElapsedTime(begun) > TimeSpan.FromSeconds(1.2));
    }

    [Theory]
    [InlineData("--quota 1G")]
    [InlineData("--account x")]
    [InlineData("--limit-rate 1")]
    [InlineData("--patience 0")]
    [InlineData("--log x --as two\\ words")]
    public void What_cannot_be_is_refused_when_it_begins(string options)
    {
        BackshiftException e = Assert.Throws<BackshiftException>(() => Stores.Open(Location(options.Replace(" x", $" {folder}/x", StringComparison.Ordinal))));
        Assert.EndsWith("the server ended before it answered (status 64)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_begins_where_the_log_cannot_be_written()
    {
        BackshiftException e = Assert.ThrowsAny<BackshiftException>(() => Stores.Open(Location("--log /dev/full")));
        Assert.Equal(ExitCode.InputOutput, e.Code);
        Assert.Contains("the log of the server cannot be written: No space left on device", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_is_told_once_that_the_server_was_given_up_and_asks_for_nothing_more()
    {
        using IObjectStore store = Stores.Open(Location("--patience 1"));
        server.Fault = static _ => StubFault.RequestLost;
        StoreGoneException e = Assert.Throws<StoreGoneException>(() => store.TryOpen(Pack(), ObjectEnd.Tail, new byte[10], out int _));
        Assert.StartsWith($"s3+http://127.0.0.1:{server.Port}/bucket/a: given up after a second: ", e.Message, StringComparison.Ordinal);
        // The server may read requests that were dropped when they have long been given up, so what follows asks for something else.
        ObjectPath other = Pack();
        for (int i = 0; i < 1000; i++)
        {
            Assert.Throws<StoreGoneException>(() => store.Exists(other));
        }

        Assert.DoesNotContain(server.Log, request => request.Key.EndsWith(other.Path.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_server_that_does_not_answer_from_the_beginning_is_given_up_too()
    {
        server.Fault = static _ => StubFault.Failing;
        StoreGoneException e = Assert.Throws<StoreGoneException>(() => Stores.Open(Location("--patience 1")));
        Assert.Contains("given up after a second", e.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        server.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static ObjectPath Pack() => ObjectPath.Pack(ObjectName.Random());

    private static bool Put(IObjectStore store, ObjectPath path, int length)
    {
        using IObjectDraft draft = store.Create(path.Type);
        byte[] bytes = new byte[length];
        new ObjectHeader(path.Type, 0, path.Name).CopyTo(bytes);
        draft.Write(bytes);
        return draft.TryPublish(path);
    }

    // Its complaints go where nothing is read: a test that expects one takes it for its own.
    private BytePath Location(string options) => BytePath.Of($"exec:exec {program} {options} s3+http://127.0.0.1:{server.Port}/bucket/a 2> /dev/null");
}
