using Backshift.Objects;
using Backshift.Posix;
using Backshift.Remote.Client;
using Backshift.Remote.Messages;
using Backshift.Remote.Serving;

namespace Backshift.Remote.Tests;

/// <summary>Each request with each right, for each type of object.</summary>
public sealed class RightsTests : IDisposable
{
    private const string Time = "20261128T120000Z";

    /// <summary>What may be made with each right, and what be deleted; all else is refused. Reading is allowed with each of them.</summary>
    private static readonly Dictionary<string, (ObjectType[] Made, ObjectType[] Deleted)> Granted = new()
    {
        ["read"] = ([], []),
        ["append"] = ([ObjectType.Pack, ObjectType.Run, ObjectType.Parity, ObjectType.Saveset, ObjectType.Intent], []),
        ["expire"] = ([ObjectType.Saveset, ObjectType.Expired, ObjectType.Tags, ObjectType.Intent], [ObjectType.Saveset, ObjectType.Expired, ObjectType.Tags]),
        ["collect"] =
        (
            [
                ObjectType.Pack, ObjectType.Run, ObjectType.Parity, ObjectType.CheckRecord, ObjectType.Condemned, ObjectType.Moved, ObjectType.Settings,
                ObjectType.Intent,
            ],
            [
                ObjectType.Pack, ObjectType.Run, ObjectType.Parity, ObjectType.CheckRecord, ObjectType.Condemned, ObjectType.Settings, ObjectType.Intent,
                ObjectType.Expired, ObjectType.Tags, ObjectType.Moved,
            ]),
    };

    private readonly string folder = Path.Combine(Path.GetTempPath(), "backshift-rights-" + Guid.NewGuid().ToString("N"));
    private readonly DirectoryStore store;

    public RightsTests()
    {
        store = DirectoryStore.Make(BytePath.Of(folder));
        store.TryPublish(ObjectPath.Configuration, Whole(ObjectPath.Configuration));
    }

    public static TheoryData<string> Rights => [.. Granted.Keys];

    public void Dispose()
    {
        store.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory, MemberData(nameof(Rights))]
    public void What_is_not_granted_is_refused_and_changes_nothing(string right)
    {
        using Connection connection = Connect(RightsOf(right));
        foreach (ObjectType type in Enum.GetValues<ObjectType>())
        {
            // Not in the place of the saveset that was made before.
            ObjectPath fresh = PathOf(type, type == ObjectType.Expired ? "db" : "web", 1), there = PathOf(type, "web", 2);
            if (type != ObjectType.Configuration)
            {
                Assert.True(store.TryPublish(there, Whole(there)));
            }

            bool made = Granted[right].Made.Contains(type);
            Assert.True(made == IsDone(connection, new Request { Verb = Verb.Put, Path = fresh.Path, Data = Whole(fresh) }), $"put {type}");
            Assert.Equal(made || type == ObjectType.Configuration, store.Exists(fresh));
            bool deleted = Granted[right].Deleted.Contains(type);
            Assert.True(deleted == IsDone(connection, new Request { Verb = Verb.Delete, Path = there.Path }), $"delete {type}");
            Assert.Equal(!deleted, store.Exists(there));
            if (type == ObjectType.Configuration)
            {
                continue;
            }

            long draft = (long)type;
            bool isBegun = IsDone(connection, new Request { Verb = Verb.Start, Draft = draft, Path = ObjectPath.FolderOf(type) });

            // Who saves may have to withdraw a saveset, and puts it there.
            Assert.True((made || (right == "append" && type == ObjectType.Expired)) == isBegun, $"start {type}");
            if (isBegun)
            {
                // Begun as what may be made, it cannot become what may not.
                ObjectPath other = PathOf(right == "collect" ? ObjectType.Saveset : ObjectType.KeySlot, "web", 3);
                Assert.True(IsDone(connection, new Request { Verb = Verb.Write, Draft = draft, Data = Whole(other) }));
                Assert.False(IsDone(connection, new Request { Verb = Verb.Publish, Draft = draft, Path = other.Path }), $"publish {other.Path}");
                Assert.False(IsDone(connection, new Request { Verb = Verb.Mend, Draft = draft, Path = there.Path }), $"mend {type}");
                Assert.False(store.Exists(other));
            }
        }

        bool writes = right != "read";
        Assert.Equal(writes, IsDone(connection, new Request { Verb = Verb.Prepare }));
        Assert.Equal(writes, IsDone(connection, new Request { Verb = Verb.Sweep }));
        Assert.Equal(writes, IsDone(connection, new Request { Verb = Verb.Lease, Kind = LeaseKind.Tidying }));
        Assert.Equal(writes, IsDone(connection, new Request { Verb = Verb.Durable, Path = ObjectPath.Configuration.Path }));
        Assert.True(IsDone(connection, new Request { Verb = Verb.Time }));
        Assert.True(IsDone(connection, new Request { Verb = Verb.Verify }));
        Assert.True(IsDone(connection, new Request { Verb = Verb.List, Path = BytePath.Of("packs") }));
        Assert.Throws<StoreException>(() => Connect(RightsOf(right), StoreWish.Make));
    }

    [Theory]
    [InlineData("append", false)]
    [InlineData("expire", false)]
    [InlineData("collect", true)]
    public void A_fence_is_for_collectors_and_an_intent_is_deleted_by_who_made_it(string right, bool fences)
    {
        using Connection connection = Connect(RightsOf(right));
        ObjectName other = ObjectName.Random(), mine = ObjectName.Random();
        ObjectPath fence = ObjectPath.Fence(other), intent = ObjectPath.Intent(mine, 1), foreign = ObjectPath.Intent(other, 1);
        Assert.Equal(fences, IsDone(connection, new Request { Verb = Verb.Put, Path = fence.Path, Data = Whole(fence) }));
        Assert.True(store.TryPublish(foreign, Whole(foreign)));
        Assert.Equal(fences, IsDone(connection, new Request { Verb = Verb.Delete, Path = foreign.Path }));
        Assert.True(IsDone(connection, new Request { Verb = Verb.Hold, Path = intent.Path, Data = Whole(intent) }));
        Assert.True(store.IsHeld(intent));
        ObjectPath next = ObjectPath.Intent(mine, 2);
        Assert.True(IsDone(connection, new Request { Verb = Verb.Put, Path = next.Path, Data = Whole(next) }));
        Assert.True(IsDone(connection, new Request { Verb = Verb.Delete, Path = intent.Path }));
        Assert.False(store.Exists(intent));

        // A collector believes what an intent says of its writer.
        foreach (ObjectPath forged in (ObjectPath[])[ObjectPath.Intent(other, 2), ObjectPath.Intent(ObjectName.Random(), 2), ObjectPath.Fence(default),
            ObjectPath.Intent(default, 1)])
        {
            Assert.False(IsDone(connection, new Request { Verb = Verb.Put, Path = forged.Path, Data = Whole(forged) }), forged.Path.ToString());
            Assert.NotEqual(true, store.Exists(forged));
        }
    }

    [Fact]
    public void Who_saves_may_withdraw_a_saveset_that_it_has_made_and_no_other()
    {
        using Connection connection = Connect(RightsOf("append"));
        ObjectPath mine = PathOf(ObjectType.Saveset, "web", 1), other = PathOf(ObjectType.Saveset, "web", 2);
        Assert.True(store.TryPublish(other, Whole(other)));
        Assert.True(IsDone(connection, new Request { Verb = Verb.Put, Path = mine.Path, Data = Whole(mine) }));
        foreach ((ObjectPath saveset, bool isMine) in ((ObjectPath, bool)[])[(mine, true), (other, false)])
        {
            ObjectPath expired = ObjectPath.Expired(BytePath.Of("expired" + saveset.Path.ToString()["savesets".Length..]));
            Assert.Equal(isMine, IsDone(connection, new Request { Verb = Verb.Put, Path = expired.Path, Data = Whole(expired) }));
            Assert.Equal(isMine, store.Exists(expired));
            Assert.Equal(isMine, IsDone(connection, new Request { Verb = Verb.Delete, Path = saveset.Path }));
            Assert.Equal(!isMine, store.Exists(saveset));
        }
    }

    [Fact]
    public void What_was_held_and_deleted_may_be_held_again()
    {
        using Connection connection = Connect(new ServingRights());
        ObjectPath intent = PathOf(ObjectType.Intent, "", 1);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(IsDone(connection, new Request { Verb = Verb.Hold, Path = intent.Path, Data = Whole(intent) }));
            Assert.True(store.IsHeld(intent));
            Assert.True(IsDone(connection, new Request { Verb = Verb.Delete, Path = intent.Path }));
        }
    }

    [Fact]
    public void Of_hosts_it_sees_the_named_alone()
    {
        BytePath[] hosts = [ServingRights.FolderOf("web"), ServingRights.FolderOf("mail")];
        using RemoteStore seen = new(Connect(new ServingRights { MayAppend = true, MayExpire = true, Hosts = hosts }));
        ObjectPath pack = PathOf(ObjectType.Pack, "", 1);
        Assert.True(store.TryPublish(pack, Whole(pack)));
        Assert.NotNull(seen.TryOpen(pack, ObjectEnd.Head, [], out _));
        foreach (ObjectType type in (ObjectType[])[ObjectType.Saveset, ObjectType.Expired, ObjectType.Tags])
        {
            ObjectPath[] mine = [PathOf(type, "web", 1), PathOf(type, "mail", 1)];

            // Also those whose name begins alike.
            ObjectPath[] others = [PathOf(type, "db", 1), PathOf(type, "webber", 1), PathOf(type, "we", 1)];
            Assert.All([.. mine, .. others], path => Assert.True(store.TryPublish(path, Whole(path))));
            Assert.Equal(mine.OrderBy(static path => path.Path), seen.List(type).OrderBy(static path => path.Path));
            foreach (ObjectPath other in others)
            {
                Assert.Empty(seen.List(type, other.Path.Parent));
                Assert.Null(seen.TryOpen(other, ObjectEnd.Head, [], out _));
                Assert.False(seen.Exists(other));
                Assert.False(seen.Delete(other));
                Assert.True(store.Exists(other));
            }

            foreach (string host in (string[])["web", "mail"])
            {
                ObjectPath next = PathOf(type, host, 2);
                Assert.True(seen.TryPublish(next, Whole(next)));
                Assert.True(seen.Delete(next));
            }

            ObjectPath forged = PathOf(type, "db", 3);
            Assert.Equal(StoreTrouble.Refused, Assert.Throws<StoreException>(() => seen.TryPublish(forged, Whole(forged))).Trouble);
            Assert.False(store.Exists(forged));
        }
    }

    [Fact]
    public void What_is_not_as_its_path_says_is_refused()
    {
        using Connection connection = Connect(RightsOf("append"));
        ObjectPath pack = PathOf(ObjectType.Pack, "", 1), saveset = PathOf(ObjectType.Saveset, "web", 1);
        byte[] changed = Whole(saveset);
        changed[^1] ^= 1;
        foreach ((ObjectPath path, byte[] bytes) in ((ObjectPath, byte[])[])
        [
            (pack, []),
            (pack, Whole(PathOf(ObjectType.Pack, "", 2))),
            (pack, Whole(saveset)),
            (saveset, Whole(pack)),
            (saveset, changed),
            (saveset, [.. Whole(saveset), 0]),
        ])
        {
            Assert.False(IsDone(connection, new Request { Verb = Verb.Put, Path = path.Path, Data = bytes }));
            Assert.False(store.Exists(path));
        }
    }

    private Connection Connect(ServingRights rights, StoreWish wish = StoreWish.Open) =>
        new(new ServerThread(new DirectoryPlace(BytePath.Of(folder)), rights), BytePath.Of("there"), new Greeting(wish));

    private static ServingRights RightsOf(string right) => right switch
    {
        "read" => new ServingRights { MayRead = true },
        "append" => new ServingRights { MayAppend = true },
        "expire" => new ServingRights { MayExpire = true },
        _ => new ServingRights { MayCollect = true },
    };

    /// <summary>Whether a request is done, or refused; anything else is a fault.</summary>
    private static bool IsDone(Connection connection, Request request)
    {
        try
        {
            return connection.Ask(request).Said ?? true;
        }
        catch (StoreException e) when (e.Trouble == StoreTrouble.Refused)
        {
            return false;
        }
    }

    private static ObjectPath PathOf(ObjectType type, string host, byte number)
    {
        ObjectName name = ObjectName.Read([.. Enumerable.Repeat(number, ObjectName.Size)]);
        return type switch
        {
            ObjectType.Pack => ObjectPath.Pack(name),
            ObjectType.Parity => ObjectPath.Parity(name),
            ObjectType.Intent => ObjectPath.Intent(name, 1),
            ObjectType.Configuration => ObjectPath.Configuration,
            ObjectType.Saveset or ObjectType.Expired => new ObjectPath(type, ObjectPath.FolderOf(type).Join($"{host}/2026112{number}T120000Z")),
            ObjectType.Tags => new ObjectPath(type, ObjectPath.FolderOf(type).Join($"{host}/{Time}~{number}")),
            _ => new ObjectPath(type, ObjectPath.FolderOf(type).Join(name.ToString())),
        };
    }

    private static byte[] Whole(ObjectPath path)
    {
        ObjectName name = ObjectName.TryParse(path.Path.Name, out ObjectName named) ? named
            : IntentPath.TryParse(path.Path.Name, out ObjectName id, out _) ? id : default;
        return SmallObject.Encode(new ObjectHeader(path.Type, 0, name), [0x80]);
    }
}
