using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Client;
using Backshift.Remote.Messages;
using Backshift.Remote.Serving;

namespace Backshift.Remote.Tests;

public sealed class QuotaTests : IDisposable
{
    private const int Most = 1_000_000;

    private readonly string folder = Path.Combine(Path.GetTempPath(), "backshift-quota-" + Guid.NewGuid().ToString("N"));
    private readonly string account = Path.Combine(Path.GetTempPath(), "backshift-account-" + Guid.NewGuid().ToString("N"));
    private readonly DirectoryStore store;
    private readonly List<IDisposable> open = [];

    public QuotaTests()
    {
        store = DirectoryStore.Make(BytePath.Of(folder));
        store.TryPublish(ObjectPath.Configuration, new byte[100]);
    }

    public void Dispose()
    {
        open.Reverse();
        open.ForEach(static one => one.Dispose());
        store.Dispose();
        Directory.Delete(folder, recursive: true);
        File.Delete(account);
    }

    [Fact]
    public void What_is_beyond_is_refused_and_what_is_within_is_not()
    {
        RemoteStore client = Connect();
        Assert.True(Put(client, 600_000));
        StoreException refused = Assert.Throws<StoreException>(() => Put(client, 400_100));
        Assert.Equal((StoreTrouble.Refused, ExitCode.NotPermitted), (refused.Trouble, refused.Code));
        const string Reason = "the quota of this client is used up: it has 600000 of 1000000 bytes, and needs 400100 more";
        Assert.Contains(Reason, refused.Message, StringComparison.Ordinal);
        Assert.NotNull(refused.Hint);
        Assert.True(Put(client, 400_000));
        Assert.Throws<StoreException>(() => Put(client, 1));
        Assert.Equal(2, store.List(ObjectType.Pack).Count());
    }

    [Fact]
    public void Drafts_count_before_they_are_published_and_until_they_are_dropped()
    {
        RemoteStore client = Connect();
        using (IObjectDraft draft = client.Create(ObjectType.Pack))
        {
            draft.Write(new byte[700_000]);
            Assert.Equal(700_000, draft.Length);
            Assert.True(draft.TryPublish(ObjectPath.Pack(ObjectName.Random())));
        }

        // It counts once, and not as draft and object.
        IObjectDraft dropped = client.Create(ObjectType.Pack);
        dropped.Write(new byte[300_000]);
        Assert.Equal(300_000, dropped.ReadAt(new byte[500_000], 0));
        Assert.Throws<StoreException>(() => Put(client, 40_000));
        dropped.Dispose();
        Assert.True(Put(client, 300_000));
    }

    [Fact]
    public void A_draft_that_is_beyond_is_never_published()
    {
        RemoteStore client = Connect();
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        Assert.Throws<StoreException>(() =>
        {
            using IObjectDraft draft = client.Create(ObjectType.Pack);
            draft.Write(new byte[600_000]);
            draft.Write(new byte[600_000]);
            draft.TryPublish(path);
        });
        Assert.False(store.Exists(path));
    }

    [Fact]
    public void All_servers_of_a_client_have_one_account_and_what_is_gone_does_not_count()
    {
        RemoteStore first = Connect(), second = Connect();
        Assert.True(Put(first, 500_000));
        Assert.True(Put(second, 500_000));
        Assert.Throws<StoreException>(() => Put(first, 1));
        Assert.Throws<StoreException>(() => Put(second, 1));
        Assert.Throws<StoreException>(() => Put(Connect(), 1));
        Assert.True(store.Delete(ObjectPath.Pack(ObjectName.TryParse(store.List(ObjectType.Pack).First().Path.Name, out ObjectName name) ? name : default)));
        RemoteStore third = Connect();
        Assert.Throws<StoreException>(() => Put(third, 500_100));
        Assert.True(Put(third, 500_000));
    }

    [Fact]
    public void What_another_client_has_added_does_not_count()
    {
        Assert.True(store.TryPublish(ObjectPath.Pack(ObjectName.Random()), new byte[900_000]));
        Assert.True(Put(Connect(), 900_000));
    }

    [Fact]
    public void Lines_that_are_none_are_passed_over_and_a_part_of_one_is_ended()
    {
        ObjectPath there = ObjectPath.Pack(ObjectName.Random());
        Assert.True(store.TryPublish(there, new byte[100]));
        string path = there.Path.ToString();
        File.WriteAllText(account, $"nonsense\n\n-5 {path}\n100 {path}\n100 ../{path}\n{new string('x', 5000)}\n900000 {path[..20]}");
        RemoteStore client = Connect();
        Assert.True(Put(client, 900_000));
        Assert.Throws<StoreException>(() => Put(client, 100_001));
        Assert.True(Put(client, 99_900));
        Assert.Equal(2, File.ReadAllLines(account).Count(line => line.StartsWith("9", StringComparison.Ordinal) && line.Length > 40));
    }

    [Fact]
    public void A_line_that_another_server_could_not_end_is_not_joined_with_the_next_one()
    {
        RemoteStore client = Connect();
        Assert.True(Put(client, 100_000));
        File.AppendAllText(account, "77 packs/0");
        Assert.True(Put(client, 800_000));
        Assert.Throws<StoreException>(() => Put(client, 100_001));
        Assert.Throws<StoreException>(() => Put(Connect(), 100_001));
        Assert.True(Put(client, 100_000));
    }

    [Fact]
    public void An_account_that_is_no_file_is_refused()
    {
        Assert.Throws<BackshiftException>(() => Connect("/dev/full"));
        Assert.Throws<StoreException>(() => Connect(folder));
    }

    private static bool Put(RemoteStore client, int length) => client.TryPublish(ObjectPath.Pack(ObjectName.Random()), new byte[length]);

    private RemoteStore Connect(string? kept = null)
    {
        ClientQuota quota = new(BytePath.Of(kept ?? account), Most);
        open.Add(quota);
        ServerThread server = new(new DirectoryPlace(BytePath.Of(folder)), quota: quota);
        RemoteStore client = new(new Connection(server, BytePath.Of("there"), new Greeting(StoreWish.Open)));
        open.Add(client);
        return client;
    }
}
