using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Testing.Model;

/// <summary>
/// The shared store as one simulated process sees it. Each call that others could notice, or whose answer depends on others, waits for the scheduler. What the
/// store lacks is here: listings that lag or leave something out, locks that tell nothing of another machine, failures.
/// </summary>
internal sealed partial class StoreView : IObjectStore
{
    private const long NoLimit = long.MaxValue;

    private static readonly BytePath FirstHalf = BytePath.Of("first half");
    private static readonly BytePath SecondHalf = BytePath.Of("second half");

    private readonly SharedStore store;
    private readonly ModelProcess process;
    private readonly ModelTraits traits;
    private readonly DroppedRule dropped;
    private readonly HashSet<string> rosters = [];

    /// <param name="process">Whose view it is.</param>
    /// <param name="traits">What the store is like.</param>
    /// <param name="dropped">The rule that this process does not follow.</param>
    internal StoreView(ModelProcess process, ModelTraits traits, DroppedRule dropped)
    {
        store = process.Store;
        this.process = process;
        this.traits = traits;
        this.dropped = dropped;
    }

    public BytePath Location => BytePath.Of("model");

    public bool HasExclusiveNames => traits.HasLocks;

    public bool IsImmediate => traits.Lag == 0 || dropped == DroppedRule.Grace;

    /// <summary>The time by the clock of the store.</summary>
    internal UnixTime Time => ProcessClock.Time(store.Now);

    public IStoredObject? TryOpen(ObjectPath path, ObjectEnd end, Span<byte> buffer, out int count)
    {
        SharedObject? found = Do("open", path, changes: false, () => store.Find(path));
        count = 0;
        if (found is null)
        {
            return null;
        }

        SharedFile file = new(found, ReceivedOf(found), () => LookAt(found));
        int wanted = Math.Min(buffer.Length, found.Bytes.Length);
        count = file.ReadAt(buffer[..wanted], end == ObjectEnd.Head ? 0 : found.Bytes.Length - wanted);
        NoteRoster(found);
        return file;
    }

    public bool? Exists(ObjectPath path) => Do("exists", path, changes: false, () => ExistsFor(path));

    public IEnumerable<ObjectPath> List(ObjectType type, BytePath below = default, Action<BytePath, BackshiftException>? unlisted = null)
    {
        // A directory is read at once; those of packs and of hosts one after the other.
        HashSet<ObjectPath> before = [];
        foreach (BytePath part in Parts(type, below))
        {
            ObjectPath[] names = Do("list", new ObjectPath(type, BytePath.Of($"{type} {below} {part}")), changes: false, () => Listed(type, below, part));
            foreach (ObjectPath name in names.Where(before.Add))
            {
                yield return name;
            }
        }

        EndListing(type, before);
    }

    public IObjectDraft Create(ObjectType type)
    {
        process.ThrowIfCrashed();
        process.AwaitPublisher();
        bool fails = !process.IsFree && process.Random.Next(10_000) < traits.Failures;
        return new ModelDraft(this, fails ? process.Random.Next(20_000) : NoLimit);
    }

    public bool TryPublish(ObjectPath path, ReadOnlySpan<byte> bytes)
    {
        byte[] copy = bytes.ToArray();
        return Do("publish", path, changes: true, () => Publish(path, copy, isHeld: false));
    }

    /// <summary>Storage damages nothing here, and no process repairs; see the README, "What is not in it".</summary>
    public bool TryMend(ObjectPath path, ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

    public IDisposable? TryPublishHeld(ObjectPath path, ReadOnlySpan<byte> bytes, bool survivesExecute = false)
    {
        byte[] copy = bytes.ToArray();
        return Do("publish", path, changes: true, () => Publish(path, copy, isHeld: true)) ? new Letting(() => LetGo(path)) : null;
    }

    public bool? IsHeld(ObjectPath path) => Do<bool?>("held", path, changes: false, () =>
    {
        if (store.Find(path) is not { } found || found.Writer.Machine != process.Machine)
        {
            return null;
        }

        // A lock that is taken by a network holds only for those who come by it too, and the reverse.
        return found.IsHeld && found.Writer.IsNear == process.IsNear && !found.Writer.IsOver && !found.Writer.IsSaidDead;
    });

    public UnixTime Now() => Do("now", default(BytePath), changes: false, () => Time);

    public void MakeDurable(ObjectPath path) => process.ThrowIfCrashed();

    public bool Delete(ObjectPath path)
    {
        if (process.IsCrashed)
        {
            // Whoever disposes of something on his way out has no effect, and need not know.
            return true;
        }

        try
        {
            return Do("delete", path, changes: true, () =>
            {
                bool isRefused = path.Type == ObjectType.Pack && !process.IsFree && process.Shown.Next(1000) < traits.Refusals;
                if (!isRefused)
                {
                    Remove(path);
                }

                return !isRefused;
            });
        }
        catch (SimulatedCrashException)
        {
            return true;
        }
    }

    public void Sweep() => process.ThrowIfCrashed();

    public IDisposable? TryLease(LeaseKind kind)
    {
        if (kind == LeaseKind.Publishing && traits.HasLocks)
        {
            // Others would wait for ten seconds, and then go on as if there were no locks.
            process.ThrowIfCrashed();
            return store.TryLease(kind, process) ? new Letting(() => store.EndLease(kind, process)) : throw Trouble("lease: No locks available");
        }

        return !traits.HasLocks || Do("lease", new ObjectPath(default, BytePath.Of(kind.ToString())), changes: false, () => store.TryLease(kind, process))
            ? new Letting(() => store.EndLease(kind, process)) : null;
    }

    public void PrepareForWriting() => process.ThrowIfCrashed();

    public ScratchSpace CreateScratch()
    {
        process.ThrowIfCrashed();
        return ScratchSpace.Create();
    }

    public void VerifyPlace(ObjectPath? published) => process.ThrowIfCrashed();

    public void Dispose()
    {
    }

    /// <summary>A draft is done with.</summary>
    internal void EndDraft() => process.NotePublished();

    /// <summary>A call that nobody else notices.</summary>
    internal void Look() => process.ThrowIfCrashed();

    /// <summary>What a call throws that fails.</summary>
    internal StoreException Trouble(string what)
    {
        process.NoteFailure();
        return new StoreException(StoreTrouble.Broken, ExitCode.InputOutput, what, "Input/output error");
    }

    private T Do<T>(string verb, ObjectPath path, bool changes, Func<T> effect) => Do(verb, path.Path, changes, effect);

    private T Do<T>(string verb, BytePath path, bool changes, Func<T> effect) =>
        process.Do($"{verb} {path}", changes, effect, () => Trouble($"{path}: Input/output error"));

    private void LookAt(SharedObject found)
    {
        process.ThrowIfCrashed();
        if (!traits.KeepsOpen && found.Deleted <= store.Now)
        {
            throw new StoreException(StoreTrouble.Broken, ExitCode.InputOutput, $"{found.Path.Path}: Stale file handle", "Stale file handle");
        }
    }

    private void LetGo(ObjectPath path)
    {
        if (store.Find(path) is { } found && found.Writer == process)
        {
            found.IsHeld = false;
        }
    }

    /// <summary>What a listing shows: without a part of what is younger than the lag, and with a part of what was deleted within it.</summary>
    private ObjectPath[] Listed(ObjectType type, BytePath below, BytePath part)
    {
        List<SharedObject> there = store.All(type);
        long lag = store.Now - traits.Lag;
        if (traits.LagsFully)
        {
            there.RemoveAll(one => one.Published > lag);
        }
        else if (traits.Lag > 0 && !process.IsFree)
        {
            there.RemoveAll(one => one.Published > lag && process.Shown.Next(3) > 0);
            there.AddRange(store.DeletedSince(type, lag).Where(one => one.Published <= lag && process.Shown.Next(3) > 0));
        }

        if (traits.Omits && type == ObjectType.Saveset && process.Kind == ProcessKind.Collector)
        {
            there.RemoveAll(one => rosters.Contains(one.Path.Path.ToString())
                && (process.Shown.Next(dropped == DroppedRule.Roster ? 2 : 12) == 0 || traits.OmitsAll));
        }

        IEnumerable<ObjectPath> names = there.Select(static one => one.Path)
            .Where(path => below.IsEmpty || BytePath.IsWithin(path.Path.Span, below.Span))
            .Where(path => part.IsEmpty || PartOf(path) == part);
        return [.. Lie(type, part, names).OrderBy(static path => path.Path)];
    }

    /// <summary>The directories that a listing reads one after the other: those that there are when it begins. Packs have two.</summary>
    private BytePath[] Parts(ObjectType type, BytePath below) => type switch
    {
        ObjectType.Pack => [FirstHalf, SecondHalf],
        ObjectType.Saveset or ObjectType.Expired or ObjectType.Tags => [.. Do("list folders of", ObjectPath.FolderOf(type), changes: false,
            () => store.All(type).Concat(store.DeletedSince(type, 0)).Select(static one => one.Path.Path.Parent).Distinct()
                .Where(folder => below.IsEmpty || BytePath.IsWithin(folder.Span, below.Span)).Order())],
        _ => [default],
    };

    private static BytePath PartOf(ObjectPath path) =>
        path.Type == ObjectType.Pack ? path.Path.Name[0] < (byte)'8' ? FirstHalf : SecondHalf : path.Path.Parent;

    /// <summary>A listing of savesets leaves out only what a list names that this process has read since the listing before: so it can be told.</summary>
    private void NoteRoster(SharedObject found)
    {
        if (traits.Omits && found.Path.Type == ObjectType.Condemned)
        {
            rosters.UnionWith(ModelLists.SavesetsOf(found));
        }
    }
}
