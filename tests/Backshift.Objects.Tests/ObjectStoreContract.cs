using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Objects.Tests;

/// <summary>What a caller may rely on of any store; see <see cref="IObjectStore"/>. Each kind of store passes it.</summary>
public abstract class ObjectStoreContract : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 1000).Select(static i => (byte)i)];
    private static readonly BytePath Host = BytePath.Of("savesets/h");

    protected abstract IObjectStore Store { get; }

    /// <summary>Puts something there that no object has for a name.</summary>
    protected abstract void PutForeign(string path);

    /// <summary>Has every change be refused from now on; false where that cannot be had here.</summary>
    protected abstract bool TryRefuse();

    /// <summary>A path under which nothing can be stored, for a reason that is no refusal.</summary>
    protected abstract ObjectPath Unstorable { get; }

    /// <summary>Waits until listings show what there is; a store whose listings are right at once has nothing to wait for.</summary>
    protected virtual void Settle()
    {
    }

    /// <summary>Whether it can put right bytes in the place of damaged ones.</summary>
    protected virtual bool CanMend => true;

    /// <summary>Whether it has locks.</summary>
    protected virtual bool HasLocks => true;

    [Fact]
    public void What_is_published_is_there_and_whole()
    {
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        Assert.True(Store.TryPublish(path, Content));
        Assert.True(Store.Exists(path));
        Assert.Equal(Content, Read(path));
    }

    [Theory]
    [InlineData(ObjectEnd.Head, 100)]
    [InlineData(ObjectEnd.Tail, 100)]
    [InlineData(ObjectEnd.Head, 1000)]
    [InlineData(ObjectEnd.Tail, 1000)]
    [InlineData(ObjectEnd.Head, 5000)]
    [InlineData(ObjectEnd.Tail, 5000)]
    [InlineData(ObjectEnd.Tail, 0)]
    public void Opening_gives_the_length_and_the_bytes_of_one_end(ObjectEnd end, int length)
    {
        ObjectPath path = Published();
        byte[] buffer = new byte[length];
        using IStoredObject opened = Store.TryOpen(path, end, buffer, out int count)!;
        Assert.Equal(Content.Length, opened.Length);
        Assert.Equal(Math.Min(length, Content.Length), count);
        Assert.Equal(end == ObjectEnd.Head ? Content[..count] : Content[^count..], buffer[..count]);
    }

    [Theory]
    [InlineData(0, 10, 10)]
    [InlineData(990, 10, 10)]
    [InlineData(990, 20, 10)]
    [InlineData(1000, 10, 0)]
    [InlineData(5000, 10, 0)]
    public void A_range_is_read_as_far_as_the_object_reaches(int offset, int length, int expected)
    {
        using IStoredObject opened = Store.TryOpen(Published(), ObjectEnd.Head, [], out _)!;
        byte[] buffer = new byte[length];
        Assert.Equal(expected, opened.ReadAt(buffer, offset));
        Assert.Equal(Content.Skip(offset).Take(expected), buffer.Take(expected));
        if (expected < length)
        {
            Assert.Equal(StoreTrouble.Broken, Assert.Throws<StoreException>(() => opened.ReadExactly(buffer, offset)).Trouble);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData((5 << 20) + 7)]
    [InlineData(20 << 20)]
    public void What_is_read_through_comes_whole_and_in_order(int length)
    {
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        Assert.True(Store.TryPublish(path, content));
        using IStoredObject opened = Store.TryOpen(path, ObjectEnd.Head, [], out _)!;
        List<byte> read = [];
        Assert.Equal(length, opened.ReadThrough(piece => read.AddRange(piece)));
        Assert.True(content.AsSpan().SequenceEqual(read.ToArray()));
        if (length > 0)
        {
            Assert.Throws<InvalidOperationException>(() => opened.ReadThrough(static _ => throw new InvalidOperationException()));
        }
    }

    [Fact]
    public void Several_threads_may_read_at_once()
    {
        ObjectPath path = Published();
        using IStoredObject shared = Store.TryOpen(path, ObjectEnd.Head, [], out _)!;
        Parallel.For(0, 200, i =>
        {
            byte[] buffer = new byte[50];
            Assert.Equal(50, shared.ReadAt(buffer, i));
            Assert.Equal(Content[i..(i + 50)], buffer);
            Assert.Equal(Content, Read(path));
        });
    }

    [Fact]
    public void What_is_gone_is_null_and_no_exception()
    {
        ObjectPath path = ObjectPath.Run(ObjectName.Random());
        Assert.Null(Store.TryOpen(path, ObjectEnd.Head, new byte[10], out int count));
        Assert.Equal(0, count);
        Assert.False(Store.Exists(path));
        Assert.True(Store.Delete(path));
        Assert.Empty(List(ObjectType.Run));
    }

    [Fact]
    public void A_name_that_is_taken_keeps_what_it_has()
    {
        ObjectPath path = Published();
        Assert.False(Store.TryPublish(path, [1, 2, 3]));
        using (IObjectDraft draft = Store.Create(ObjectType.Pack))
        {
            draft.Write([1, 2, 3]);
            Assert.False(draft.TryPublish(path));

            // It can still have another name.
            Assert.True(draft.TryPublish(ObjectPath.Run(ObjectName.Random())));
        }

        Assert.Equal(Content, Read(path));
    }

    [Fact]
    public void A_name_is_known_before_a_listing_shows_it()
    {
        // No listing is waited for here.
        ObjectPath path = Published();
        Assert.True(Store.Exists(path));
        Assert.Equal([true, false], Store.Exists([path, ObjectPath.Pack(ObjectName.Random())]));
        Assert.Equal(Content, Read(path));
        Assert.False(Store.TryPublish(path, [1, 2, 3]));
        Assert.Null(Store.TryPublishHeld(path, [1, 2, 3]));
        using (IObjectDraft draft = Store.Create(ObjectType.Pack))
        {
            draft.Write([1, 2, 3]);
            Assert.False(draft.TryPublish(path));
        }

        Store.MakeDurable(path);
        Store.VerifyPlace(path);
        Assert.Equal(Content, Read(path));
    }

    [Fact]
    public void A_name_is_gone_before_a_listing_leaves_it_out()
    {
        ObjectPath path = Published();
        Assert.Equal([path], List(ObjectType.Pack));
        Assert.True(Store.Delete(path));
        Assert.False(Store.Exists(path));
        Assert.Equal([false], Store.Exists([path]));
        Assert.Null(Store.TryOpen(path, ObjectEnd.Head, new byte[10], out int count));
        Assert.Equal(0, count);
        Assert.False(Store.TryMend(path, Content));
        Assert.True(Store.Delete(path));
        Assert.Empty(List(ObjectType.Pack));
    }

    [Fact]
    public void A_draft_is_read_back_and_is_nowhere_before_it_is_published()
    {
        ObjectPath path = ObjectPath.Run(ObjectName.Random());
        using IObjectDraft draft = Store.Create(ObjectType.Pack);
        draft.Write(Content.AsSpan(0, 400));
        draft.Write(Content.AsSpan(400));
        byte[] back = new byte[Content.Length];
        Assert.Equal((Content.Length, (long)Content.Length), (draft.ReadAt(back, 0), draft.Length));
        Assert.Equal(Content, back);
        Assert.False(Store.Exists(path));
        Assert.Empty(List(ObjectType.Run));
        Assert.True(draft.TryPublish(path));
        Assert.Equal([path], List(ObjectType.Run));
        Assert.Equal(Content, Read(path));
    }

    [Fact]
    public void What_storage_has_damaged_is_put_back_in_one_step()
    {
        ObjectPath path = Published();
        UnixTime received = Received(path);
        Thread.Sleep(20);
        byte[] right = [.. Content, 7];
        Assert.Equal(CanMend, Store.TryMend(path, right));
        Assert.Equal(CanMend ? right : Content, Read(path));
        Assert.Equal(received, Received(path));
        Assert.Single(List(ObjectType.Pack));
    }

    [Fact]
    public void What_is_gone_is_not_put_back()
    {
        ObjectPath path = Published();
        Assert.True(Store.Delete(path));
        Assert.False(Store.TryMend(path, Content));
        Assert.False(Store.Exists(path));
        Assert.False(Store.TryMend(ObjectPath.Saveset(BytePath.Of("savesets/h/20260101T000000Z")), Content));
    }

    [Fact]
    public void What_is_deleted_is_gone()
    {
        ObjectPath path = Published();
        Assert.True(Store.Delete(path));
        Assert.False(Store.Exists(path));
        Assert.Null(Store.TryOpen(path, ObjectEnd.Tail, [], out _));
        Assert.Empty(List(ObjectType.Pack));
    }

    [Fact]
    public void A_listing_shows_the_objects_of_one_type_and_nothing_foreign()
    {
        ObjectPath[] packs = [.. Enumerable.Range(0, 20).Select(static _ => ObjectPath.Pack(ObjectName.Random())).OrderBy(static path => path.Name)];
        ObjectPath run = ObjectPath.Run(ObjectName.Random()), condemned = ObjectPath.CondemnedList(ObjectName.Random());
        Assert.All([.. packs, run, condemned], path => Assert.True(Store.TryPublish(path, Content)));
        foreach (string foreign in (string[])["packs/00/README", "packs/README", "packs/0g/00000000000000000000000000000000", "index/.nfs0001", "condemned/x"])
        {
            PutForeign(foreign);
        }

        // One that lies in the folder of another.
        PutForeign($"packs/{(packs[0].Name.ToString().StartsWith("00", StringComparison.Ordinal) ? "01" : "00")}/{packs[0].Name}");
        Assert.Equal(packs, List(ObjectType.Pack).OrderBy(static path => path.Name));
        Assert.Equal([run], List(ObjectType.Run));
        Assert.Equal([condemned], List(ObjectType.Condemned));
        Assert.Empty(List(ObjectType.Saveset));
    }

    [Fact]
    public void Savesets_are_listed_by_host_with_those_of_its_subsets()
    {
        ObjectPath[] ours =
            [Saveset("savesets/h/20261123T090405Z"), Saveset("savesets/h/20261123T090405Z~1"), Saveset("savesets/h/+home/20261123T090405.123Z")];
        ObjectPath other = Saveset("savesets/other/20261123T090405Z");
        PutForeign("savesets/h/notes");
        PutForeign("savesets/.DS_Store");
        PutForeign("savesets/h/+home/deeper/20261123T090405Z");
        Assert.Equal(ours.Append(other).OrderBy(static path => path.Path), List(ObjectType.Saveset).OrderBy(static path => path.Path));
        Assert.Equal(ours.OrderBy(static path => path.Path), List(ObjectType.Saveset, Host).OrderBy(static path => path.Path));
        Assert.Empty(List(ObjectType.Saveset, BytePath.Of("savesets/none")));

        ObjectPath Saveset(string path)
        {
            ObjectPath saveset = ObjectPath.Saveset(BytePath.Of(path));
            Assert.True(Store.TryPublish(saveset, Content));
            return saveset;
        }
    }

    [Fact]
    public void Expired_savesets_and_tags_are_listed_by_host_and_by_their_own_names()
    {
        ObjectPath[] expired = [Expired("h/20261123T090405Z"), Expired("h/+home/20261123T090405Z~2")];
        ObjectPath[] tags = [Tags("h/20261123T090405Z~1"), Tags("h/+home/20261123T090405Z~2~12")];
        Assert.All([.. expired, .. tags], path => Assert.True(Store.TryPublish(path, Content)));
        foreach (string foreign in (string[])
            ["expired/h/notes", "tags/h/20261123T090405Z", "tags/h/20261123T090405Z~0", "tags/h/20261123T090405Z~1000000000000000000"])
        {
            PutForeign(foreign);
        }

        Assert.Equal(expired.OrderBy(static path => path.Path), List(ObjectType.Expired).OrderBy(static path => path.Path));
        Assert.Equal(tags.OrderBy(static path => path.Path), List(ObjectType.Tags).OrderBy(static path => path.Path));
        Assert.Equal(tags[1..], List(ObjectType.Tags, BytePath.Of("tags/h/+home")));
        Assert.Empty(List(ObjectType.Saveset));

        static ObjectPath Expired(string path) => ObjectPath.Expired(BytePath.Of($"expired/{path}"));
        static ObjectPath Tags(string path) => ObjectPath.Tags(BytePath.Of($"tags/{path}"));
    }

    [Fact]
    public void An_object_was_received_when_it_was_published()
    {
        UnixTime before = UnixTime.Now(TimeProvider.System);
        using IStoredObject opened = Store.TryOpen(Published(), ObjectEnd.Head, [], out _)!;
        using IStoredObject again = Store.TryOpen(Published(), ObjectEnd.Head, [], out _)!;

        // The clock of a store is its own; here it is that of this machine, in coarse steps.
        Assert.InRange(opened.Received.Seconds, before.Seconds - 2, UnixTime.Now(TimeProvider.System).Seconds + 2);
        Assert.True(again.Received.CompareTo(opened.Received) >= 0);
    }

    [Fact]
    public void A_lease_excludes_those_that_it_has_to_and_ends_when_it_is_disposed_of()
    {
        Assert.True(Store.TryPublish(ObjectPath.Run(ObjectName.Random()), Content));
        using (IDisposable? first = Store.TryLease(LeaseKind.Tidying))
        {
            Assert.NotNull(first);
            Assert.Equal(HasLocks, Store.TryLease(LeaseKind.Tidying) is null);
            using IDisposable? another = Store.TryLease(LeaseKind.Publishing);
            Assert.NotNull(another);
        }

        using IDisposable? again = Store.TryLease(LeaseKind.Tidying);
        Assert.NotNull(again);
        using IDisposable? alone = Store.TryLease(LeaseKind.Alone);
        Assert.NotNull(alone);
    }

    [Fact]
    public void An_object_is_held_until_its_holding_ends_and_stays()
    {
        ObjectPath path = ObjectPath.Intent(ObjectName.Random(), 1);
        Assert.Null(Store.IsHeld(path));
        using (IDisposable? holding = Store.TryPublishHeld(path, Content))
        {
            Assert.NotNull(holding);
            Assert.NotEqual(false, Store.IsHeld(path));
            Assert.Null(Store.TryPublishHeld(path, Content));
            Assert.Equal([path], List(ObjectType.Intent));
        }

        Assert.NotEqual(true, Store.IsHeld(path));
        Assert.Equal(Content, Read(path));
    }

    [Fact]
    public void The_time_of_publishing_is_by_the_clock_of_the_store()
    {
        long before = Store.Now().Seconds;
        using IStoredObject opened = Store.TryOpen(Published(), ObjectEnd.Head, [], out _)!;
        Assert.InRange(opened.Received.Seconds, before, Store.Now().Seconds);
    }

    [Fact]
    public void Intents_and_fences_are_listed_and_nothing_else_there()
    {
        ObjectName id = ObjectName.Random();
        ObjectPath[] ours = [ObjectPath.Fence(id), ObjectPath.Intent(id, 1), ObjectPath.Intent(id, 12)];
        Assert.All(ours, path => Assert.True(Store.TryPublish(path, Content)));
        PutForeign($"intents/{id}");
        PutForeign($"intents/{id}~");
        PutForeign($"intents/{id}~01");
        PutForeign($"intents/{id}~1234567890123456789");
        PutForeign($"intents/{id}!!");
        PutForeign("intents/notes");
        Assert.Equal(ours.OrderBy(static path => path.Path), List(ObjectType.Intent).OrderBy(static path => path.Path));
    }

    [Fact]
    public void Refused_is_told_from_broken_and_keeps_its_status()
    {
        ObjectPath path = Published();
        StoreException broken = Assert.Throws<StoreException>(() => Store.TryPublish(Unstorable, Content));
        Assert.Equal((StoreTrouble.Broken, ExitCode.InputOutput), (broken.Trouble, broken.Code));
        Assert.Contains(broken.Reason, broken.Message, StringComparison.Ordinal);
        if (!TryRefuse())
        {
            Assert.Skip("nothing is refused here");
        }

        StoreException refused = Assert.Throws<StoreException>(() => Store.TryPublish(ObjectPath.Pack(ObjectName.Random()), Content));
        Assert.Equal((StoreTrouble.Refused, ExitCode.NotPermitted), (refused.Trouble, refused.Code));
        Assert.False(Store.Delete(path));
        Assert.Equal(Content, Read(path));
    }

    [Fact]
    public void Scratch_space_is_written_and_read_and_is_no_object()
    {
        using ScratchSpace scratch = Store.CreateScratch();
        scratch.Write(Content);
        scratch.Seek(990);
        byte[] buffer = new byte[20];
        Assert.Equal(10, scratch.Read(buffer));
        Assert.Equal(20, scratch.ReadAt(buffer, 0));
        Assert.Equal(Content[..20], buffer);
    }

    [Fact]
    public void The_name_of_another_ones_object_is_made_durable_and_the_place_is_verified()
    {
        ObjectPath path = Published();
        Store.PrepareForWriting();
        Store.MakeDurable(path);
        Store.Sweep();
        Store.VerifyPlace(null);
        Store.VerifyPlace(path);
        Assert.Equal(Content, Read(path));
        Assert.Throws<BackshiftException>(() => Store.VerifyPlace(ObjectPath.Pack(ObjectName.Random())));
    }

    public virtual void Dispose()
    {
        Store.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A listing that has had time to be right: of one that has not, nothing is promised.</summary>
    private IEnumerable<ObjectPath> List(ObjectType type, BytePath below = default)
    {
        Settle();
        return Store.List(type, below);
    }

    private ObjectPath Published()
    {
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        Assert.True(Store.TryPublish(path, Content));
        return path;
    }

    private UnixTime Received(ObjectPath path)
    {
        using IStoredObject opened = Store.TryOpen(path, ObjectEnd.Head, [], out _)!;
        return opened.Received;
    }

    private byte[] Read(ObjectPath path)
    {
        using IStoredObject opened = Store.TryOpen(path, ObjectEnd.Head, [], out _)!;
        byte[] bytes = new byte[opened.Length];
        opened.ReadExactly(bytes, 0);
        return bytes;
    }
}
