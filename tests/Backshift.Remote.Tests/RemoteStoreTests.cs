using System.Diagnostics;
using Backshift.Objects;
using Backshift.Objects.Tests;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Client;
using Backshift.Remote.Messages;
using Backshift.Remote.Serving;

namespace Backshift.Remote.Tests;

/// <summary>A store behind a server does what one in a directory does.</summary>
public sealed class RemoteStoreTests : ObjectStoreContract
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "backshift-remote-" + Guid.NewGuid().ToString("N"));
    private readonly List<string> refusing = [];
    private readonly RemoteStore store;

    public RemoteStoreTests()
    {
        using (RemoteStore made = new(Connect(StoreWish.Make)))
        {
            Assert.True(made.TryPublish(ObjectPath.Configuration, "x"u8));
        }

        store = new RemoteStore(Connect(StoreWish.Open));
    }

    protected override IObjectStore Store => store;

    protected override ObjectPath Unstorable => ObjectPath.Saveset(BytePath.Of($"savesets/{new string('x', 300)}/20261123T090405Z"));

    [Fact]
    public void What_is_there_is_seen_without_opening_it()
    {
        using (Connection connection = Connect(StoreWish.Look))
        {
            Assert.Equal(PlaceState.Repository, connection.Hello.State);
        }

        BackshiftException refused = Assert.Throws<BackshiftException>(() => Connect(StoreWish.Make));
        Assert.Equal(ExitCode.CannotCreate, refused.Code);
    }

    [Fact]
    public void A_long_object_goes_in_pieces_and_comes_back()
    {
        byte[] content = new byte[5_000_000];
        new Random(1).NextBytes(content);
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        Assert.True(store.TryPublish(path, content));
        byte[] back = new byte[content.Length];
        using (IStoredObject opened = store.TryOpen(path, ObjectEnd.Tail, back, out int count)!)
        {
            Assert.Equal(content.Length, count);
        }

        Assert.Equal(content, back);
        Assert.Equal(content, File.ReadAllBytes(Path.Combine(folder, path.Path.ToString())));
    }

    [Fact]
    public void A_listing_of_many_goes_on()
    {
        HashSet<ObjectPath> made = [];
        for (int i = 0; i < 5000; i++)
        {
            ObjectPath path = ObjectPath.Run(ObjectName.Random());
            PutForeign(path.Path.ToString());
            made.Add(path);
        }

        List<ObjectPath> listed = [.. store.List(ObjectType.Run)];
        Assert.Equal(made.Count, listed.Count);
        Assert.Equal(made, listed.ToHashSet());

        // Those that are not read to their ends cost nothing but themselves.
        for (int i = 0; i < 200; i++)
        {
            Assert.NotEqual(default, store.List(ObjectType.Run).First());
        }

        Assert.Equal(made.Count, store.List(ObjectType.Run).Count());
    }

    [Fact]
    public void What_is_held_is_released_with_the_connection()
    {
        ObjectPath path = ObjectPath.Intent(ObjectName.Random(), 1);
        using (RemoteStore other = new(Connect(StoreWish.Open)))
        {
            Assert.NotNull(other.TryPublishHeld(path, "x"u8));
            Assert.True(store.IsHeld(path));
        }

        Assert.False(store.IsHeld(path));
        Assert.True(store.Exists(path));
    }

    [Fact]
    public void A_connection_that_ends_fails_what_is_under_way_and_all_that_follows()
    {
        ServerThread link = new(new DirectoryPlace(BytePath.Of(folder)));
        using RemoteStore cut = new(new Connection(link, BytePath.Of("there"), new Greeting(StoreWish.Open)));
        using IObjectDraft draft = cut.Create(ObjectType.Pack);
        link.CloseInput();
        link.Join();
        draft.Write(new byte[1000]);
        StoreGoneException first = Assert.Throws<StoreGoneException>(() => draft.TryPublish(ObjectPath.Pack(ObjectName.Random())));
        Assert.Equal("there: the connection to the server was cut", first.Message);
        Assert.Throws<StoreGoneException>(() => cut.Now());

        // That it cannot be told is an answer to one question, and there is none here.
        Assert.Throws<StoreGoneException>(() => cut.Exists(ObjectPath.Configuration));
        Assert.Throws<StoreGoneException>(() => cut.IsHeld(ObjectPath.Configuration));
        Assert.Throws<StoreGoneException>(() => cut.List(ObjectType.Pack).Count());
        cut.Sweep();
        cut.Discard(ObjectPath.Intent(ObjectName.Random(), 1));
        Assert.Empty(Directory.GetFiles(Path.Combine(folder, "tmp")));
    }

    protected override void PutForeign(string path)
    {
        string file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "x");
    }

    protected override bool TryRefuse()
    {
        foreach (string directory in Directory.GetDirectories(folder, "*", SearchOption.AllDirectories))
        {
            if (Run(Environment.IsPrivilegedProcess ? "chattr" : "chmod", Environment.IsPrivilegedProcess ? "+i" : "u-w", directory) != 0)
            {
                return false;
            }

            refusing.Add(directory);
        }

        return true;
    }

    public override void Dispose()
    {
        base.Dispose();
        refusing.ForEach(directory => Run(Environment.IsPrivilegedProcess ? "chattr" : "chmod", Environment.IsPrivilegedProcess ? "-i" : "u+w", directory));
        Directory.Delete(folder, recursive: true);
    }

    private Connection Connect(StoreWish wish) =>
        new(new ServerThread(new DirectoryPlace(BytePath.Of(folder))), BytePath.Of(folder), new Greeting(wish));

    private static int Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
