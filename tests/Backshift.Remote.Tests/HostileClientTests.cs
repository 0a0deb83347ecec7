using System.Globalization;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Client;
using Backshift.Remote.Messages;
using Backshift.Remote.Serving;

namespace Backshift.Remote.Tests;

/// <summary>Clients that do not keep to backshift-object(5), or die.</summary>
public sealed class HostileClientTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "backshift-hostile-" + Guid.NewGuid().ToString("N"));
    private readonly DirectoryStore store;

    public HostileClientTests()
    {
        store = DirectoryStore.Make(BytePath.Of(folder));
        Assert.True(store.TryPublish(ObjectPath.Configuration, "x"u8));
    }

    public void Dispose()
    {
        store.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(nameof(Verb.Exists))]
    [InlineData(nameof(Verb.Durable))]
    [InlineData(nameof(Verb.Put))]
    [InlineData(nameof(Verb.Held))]
    [InlineData(nameof(Verb.Time))]
    [InlineData(nameof(Verb.Delete))]
    public void A_draft_in_a_request_that_has_none_changes_nothing(string word)
    {
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        byte[] whole = SmallObject.Encode(new ObjectHeader(ObjectType.Pack, 0, path.Name), [0x80]);
        Assert.True(store.TryPublish(path, [.. whole, 1]));
        using Connection connection = Connect(new ServingRights { MayAppend = true });
        connection.Ask(new Request { Verb = Verb.Start, Draft = 1, Path = BytePath.Of("packs") });
        connection.Ask(new Request { Verb = Verb.Write, Draft = 1, Data = (byte[])[.. whole, 2] });
        try
        {
            connection.Ask(new Request { Verb = Enum.Parse<Verb>(word), Draft = 1, Path = path.Path, Data = (byte[])[.. whole, 3] });
        }
        catch (StoreException e) when (e.Trouble == StoreTrouble.Refused)
        {
            Assert.Equal(nameof(Verb.Delete), word);
        }

        Assert.Equal([.. whole, 1], File.ReadAllBytes(Path.Combine(folder, path.Path.ToString())));
    }

    [Fact]
    public void Requests_for_a_draft_that_ends_meanwhile_are_answered()
    {
        using Connection connection = Connect(new ServingRights());
        for (int draft = 1; draft <= 30; draft++)
        {
            ObjectPath path = ObjectPath.Pack(ObjectName.Random());
            connection.Ask(new Request { Verb = Verb.Start, Draft = draft, Path = BytePath.Of("packs") });
            using PendingAnswer published = connection.Send(new Request { Verb = Verb.Publish, Draft = draft, Path = path.Path });
            List<PendingAnswer> late = [];
            foreach (Verb verb in (Verb[])[Verb.Write, Verb.Publish, Verb.Hold, Verb.Mend, Verb.Drop, Verb.Write])
            {
                late.Add(connection.Send(new Request { Verb = verb, Draft = draft, Path = path.Path, Data = verb == Verb.Write ? new byte[10] : null }));
            }

            Assert.True(published.Wait().Said);
            late.ForEach(static answer => Assert.Throws<StoreException>(answer.Wait));
            Assert.Equal(0, new FileInfo(Path.Combine(folder, path.Path.ToString())).Length);
        }
    }

    [Fact]
    public void Folders_that_cannot_be_listed_are_all_named_within_the_bounds_of_an_answer()
    {
        const int Count = 5000;
        string savesets = Directory.CreateDirectory(Path.Combine(folder, "savesets")).FullName;
        for (int i = 0; i < Count; i++)
        {
            File.CreateSymbolicLink(Path.Combine(savesets, new string('h', 200) + i.ToString(CultureInfo.InvariantCulture)), "/");
        }

        using RemoteStore remote = new(Connect(new ServingRights()));
        HashSet<BytePath> unlisted = [];
        Assert.Empty(remote.List(ObjectType.Saveset, default, (path, _) => unlisted.Add(path)));
        Assert.Equal(Count, unlisted.Count);
    }

    [Fact]
    public void Nothing_is_done_for_a_client_that_takes_no_answers_any_more()
    {
        using ServerThread link = new(new DirectoryPlace(BytePath.Of(folder)));
        MessageWriter requests = new(link.ToServer);
        requests.Write(new ClientHello(StoreWish.Open, IsShared: false).WriteTo);
        Assert.NotNull(new MessageReader(link.FromServer).Next());
        link.FromServer.Dispose();
        const int Count = 500;
        int sent = 0;
        try
        {
            while (sent < Count)
            {
                requests.Write(new Request { Verb = Verb.Put, Id = ++sent, Path = ObjectPath.Run(ObjectName.Random()).Path, Data = "x"u8.ToArray() }.WriteTo);
            }
        }
        catch (IOException)
        {
            // It has ended.
        }

        link.CloseInput();
        link.Join();
        Assert.Equal(ExitCode.Done, link.Status);
        Assert.InRange(store.List(ObjectType.Run).Count(), 0, Count / 2);
    }

    [Fact]
    public void What_waits_for_a_busy_draft_is_bounded()
    {
        RequestQueue queue = new(4, 100);
        queue.Begin(60);
        queue.Begin(40);
        using ManualResetEventSlim begun = new();
        Thread third = new(() =>
        {
            queue.Begin(1);
            begun.Set();
        });
        third.Start();
        Assert.False(begun.Wait(200));
        queue.End(60);
        Assert.True(begun.Wait(10_000));
        third.Join();
        queue.End(40);
        queue.End(1);

        // One that is larger than all may have together is alone.
        queue.Begin(1000);
        queue.End(1000);
        queue.Dispose();
    }

    private Connection Connect(ServingRights rights) =>
        new(new ServerThread(new DirectoryPlace(BytePath.Of(folder)), rights), BytePath.Of("there"), new Greeting(StoreWish.Open));
}
