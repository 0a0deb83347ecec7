using Backshift.Objects;
using Backshift.Posix;
using Backshift.Remote.Client;
using Backshift.Remote.Messages;
using Backshift.Remote.Serving;

namespace Backshift.Remote.Tests;

/// <summary>What a client publishes that may not do everything is judged, in whichever way it sends it; what is refused is not there.</summary>
public sealed class JudgedClientTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "backshift-judged-" + Guid.NewGuid().ToString("N"));
    private readonly DirectoryStore beside;

    public JudgedClientTests()
    {
        beside = DirectoryStore.Make(BytePath.Of(folder));
        Assert.True(beside.TryPublish(ObjectPath.Configuration, "configuration"u8));
    }

    public void Dispose()
    {
        beside.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory, InlineData(100, false), InlineData(100, true), InlineData(3_000_000, true)]
    public void A_pack_or_a_run_that_lies_is_refused(int length, bool isDraft)
    {
        Judge judge = new();
        using RemoteStore store = Connect(new ServingRights { MayAppend = true }, judge);
        foreach (ObjectType type in (ObjectType[])[ObjectType.Pack, ObjectType.Run])
        {
            (ObjectPath path, byte[] lie) = Make(type, length, isLie: true);
            StoreException refused = Assert.Throws<StoreException>(() => Publish(store, path, lie, isDraft));
            Assert.Equal(StoreTrouble.Refused, refused.Trouble);
            Assert.Equal("it lies", refused.Reason);
            Assert.False(beside.Exists(path));
            (path, byte[] truth) = Make(type, length, isLie: false);
            Assert.True(Publish(store, path, truth, isDraft));
            Assert.Equal(truth, File.ReadAllBytes(Path.Combine(folder, path.Path.ToString())));
        }

        Assert.Equal(4, judge.Asked);
    }

    [Fact]
    public void A_client_with_all_rights_is_not_judged()
    {
        Judge judge = new();
        using RemoteStore store = Connect(new ServingRights(), judge);
        (ObjectPath path, byte[] lie) = Make(ObjectType.Pack, 100, isLie: true);
        Assert.True(store.TryPublish(path, lie));
        Assert.Equal(0, judge.Asked);
    }

    private static bool Publish(RemoteStore store, ObjectPath path, byte[] bytes, bool isDraft)
    {
        if (!isDraft)
        {
            return store.TryPublish(path, bytes);
        }

        using IObjectDraft draft = store.Create(path.Type);
        draft.Write(bytes);
        return draft.TryPublish(path);
    }

    // The header says what it is, and the last byte whether it is a lie.
    private static (ObjectPath Path, byte[] Bytes) Make(ObjectType type, int length, bool isLie)
    {
        ObjectName name = ObjectName.Random();
        byte[] bytes = new byte[length];
        new ObjectHeader(type, 0, name).CopyTo(bytes);
        bytes[^1] = isLie ? (byte)1 : (byte)0;
        return (type == ObjectType.Pack ? ObjectPath.Pack(name) : ObjectPath.Run(name), bytes);
    }

    private RemoteStore Connect(ServingRights rights, IContentJudge judge)
    {
        BytePath location = BytePath.Of(folder);
        return new RemoteStore(new Connection(new ServerThread(new DirectoryPlace(location), rights, judge: judge), location, new Greeting(StoreWish.Open)));
    }

    private sealed class Judge : IContentJudge
    {
        internal int Asked { get; private set; }

        public string? FaultOf(ObjectPath path, IStoredObject content)
        {
            Asked++;
            byte[] last = new byte[1];
            content.ReadExactly(last, content.Length - 1);
            return last[0] == 1 ? "it lies" : null;
        }

        public void Dispose()
        {
        }
    }
}
