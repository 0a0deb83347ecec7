using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Testing;

/// <summary>
/// Writes down what is asked of a store. On a store that is far away each of these is a round trip; so tests assert on them, and not on time. What
/// costs no request there (a draft that is written at home, scratch space) is written down too, so that a test sees it when it comes to be more.
/// </summary>
public sealed class RecordingStore : IObjectStore
{
    private readonly IObjectStore inner;
    private readonly Lock gate = new();
    private readonly List<StoreCall> calls = [];

    /// <param name="inner">Does the work; closed with this store.</param>
    public RecordingStore(IObjectStore inner) => this.inner = inner;

    /// <summary>All calls so far.</summary>
    public IReadOnlyList<StoreCall> Calls
    {
        get
        {
            lock (gate)
            {
                return [.. calls];
            }
        }
    }

    /// <summary>The calls so far by kind, sorted: "1 list Saveset", "2 open Pack".</summary>
    public IReadOnlyList<string> Counts =>
    [
        .. Calls.GroupBy(static call => call.ToString(), StringComparer.Ordinal)
            .OrderBy(static group => group.Key, StringComparer.Ordinal)
            .Select(static group => $"{group.Count()} {group.Key}"),
    ];

    /// <summary>Where a bit is flipped in each draft on its way to the disk; null for nowhere.</summary>
    public long? FlipsAt { get; set; }

    /// <summary>How many bytes of drafts fit onto the disk, all together; null for no limit.</summary>
    public long? Room { get; set; }

    /// <summary>Says of what is opened whether that fails, as on a disk that is about to die.</summary>
    public Func<ObjectPath, bool>? Fails { get; init; }

    /// <summary>Says of what is published whether that fails; drafts only.</summary>
    public Func<ObjectPath, bool>? FailsToPublish { get; init; }

    /// <summary>Says of bytes that are read, by the first and the one behind the last, whether the disk cannot read them any more.</summary>
    public Func<ObjectPath, long, long, bool>? FailsAt { get; init; }

    /// <summary>What the trouble is then.</summary>
    public StoreTrouble Trouble { get; init; } = StoreTrouble.Broken;

    /// <summary>Changes bytes that were read, by where the first of them is; null for nothing.</summary>
    public Action<ObjectPath, long, Span<byte>>? Changes { get; init; }

    /// <summary>Says of a pack whether nothing may rely on it, as if a host that may only save had written it.</summary>
    public Func<ObjectPath, bool>? IsOfHost { get; init; }

    /// <summary>Whether objects have versions.</summary>
    public bool HasVersions { get; init; } = true;

    /// <summary>Says of a range that a caller announces whether it is taken; null for a store that is near, which takes none.</summary>
    public Func<ObjectPath, long, int, bool>? Takes { get; init; }

    /// <summary>Says of an object whether what was announced of it is still under way.</summary>
    public Func<ObjectPath, bool>? IsLate { get; init; }

    public bool TakesAnnouncements => Takes is not null;

    public bool TryAnnounceOpening(ObjectPath path, ObjectEnd end, int length)
    {
        if (Takes?.Invoke(path, -1, length) != true)
        {
            return false;
        }

        Note(new StoreCall("announce opening", path.Type, length, path.Path));
        return true;
    }

    public bool IsOpeningUnderWay(ObjectPath path, ObjectEnd end, int length) => IsLate?.Invoke(path) == true;

    public BytePath Location => inner.Location;

    public bool HasExclusiveNames => inner.HasExclusiveNames;

    public bool IsImmediate => inner.IsImmediate;

    /// <summary>Forgets the calls so far.</summary>
    public void Clear()
    {
        lock (gate)
        {
            calls.Clear();
        }
    }

    public IStoredObject? TryOpen(ObjectPath path, ObjectEnd end, Span<byte> buffer, out int count)
    {
        Note(new StoreCall("open", path.Type, buffer.Length, path.Path));
        if (Fails?.Invoke(path) == true)
        {
            throw Failure(path);
        }

        if (inner.TryOpen(path, end, buffer, out count) is not { } opened)
        {
            return null;
        }

        VerifySectors(path, end == ObjectEnd.Head ? 0 : opened.Length - count, count);
        return new RecordedObject(opened, this, path);
    }

    internal void VerifyMayPublish(ObjectPath path)
    {
        if (FailsToPublish?.Invoke(path) == true)
        {
            throw Failure(path);
        }
    }

    internal bool TryAnnounce(ObjectPath path, long offset, int length)
    {
        if (Takes?.Invoke(path, offset, length) != true)
        {
            return false;
        }

        Note(new StoreCall("announce", path.Type, length, path.Path) { Offset = offset });
        return true;
    }

    internal void VerifySectors(ObjectPath path, long offset, int count)
    {
        if (count > 0 && FailsAt?.Invoke(path, offset, offset + count) == true)
        {
            throw Failure(path);
        }
    }

    internal void Take(int count)
    {
        lock (gate)
        {
            Room -= count;
            if (Room < 0)
            {
                throw new StoreException(StoreTrouble.Broken, ExitCode.InputOutput, "draft: No space left on device", "No space left on device");
            }
        }
    }

    private StoreException Failure(ObjectPath path) => Trouble == StoreTrouble.Refused
        ? new(Trouble, ExitCode.NotPermitted, $"{path.Path}: Permission denied", "Permission denied")
        : new(Trouble, ExitCode.InputOutput, $"{path.Path}: Input/output error", "Input/output error");

    public bool? Exists(ObjectPath path)
    {
        Note(new StoreCall("exists", path.Type, Path: path.Path));
        return inner.Exists(path);
    }

    public IEnumerable<ObjectPath> List(ObjectType type, BytePath below = default, Action<BytePath, BackshiftException>? unlisted = null)
    {
        Note(new StoreCall("list", type, Path: below));
        return inner.List(type, below, unlisted);
    }

    public IObjectDraft Create(ObjectType type)
    {
        Note(new StoreCall("create", null));
        return new RecordedDraft(inner.Create(type), this);
    }

    public bool TryPublish(ObjectPath path, ReadOnlySpan<byte> bytes)
    {
        Note(new StoreCall("publish", path.Type, bytes.Length, path.Path));
        return inner.TryPublish(path, bytes);
    }

    public bool TryMend(ObjectPath path, ReadOnlySpan<byte> bytes)
    {
        Note(new StoreCall("mend", path.Type, bytes.Length, path.Path));
        return inner.TryMend(path, bytes);
    }

    public IDisposable? TryPublishHeld(ObjectPath path, ReadOnlySpan<byte> bytes, bool survivesExecute = false)
    {
        Note(new StoreCall("publish held", path.Type, bytes.Length, path.Path));
        return inner.TryPublishHeld(path, bytes, survivesExecute);
    }

    public bool? IsHeld(ObjectPath path)
    {
        Note(new StoreCall("held", path.Type, Path: path.Path));
        return inner.IsHeld(path);
    }

    public UnixTime Now()
    {
        Note(new StoreCall("now", null));
        return inner.Now();
    }

    public void MakeDurable(ObjectPath path)
    {
        Note(new StoreCall("sync", path.Type, Path: path.Path));
        inner.MakeDurable(path);
    }

    public bool Delete(ObjectPath path)
    {
        Note(new StoreCall("delete", path.Type, Path: path.Path));
        return inner.Delete(path);
    }

    public void Sweep()
    {
        Note(new StoreCall("sweep", null));
        inner.Sweep();
    }

    public IDisposable? TryLease(LeaseKind kind)
    {
        Note(new StoreCall($"lease {kind}", null));
        return inner.TryLease(kind);
    }

    public void PrepareForWriting()
    {
        Note(new StoreCall("prepare", null));
        inner.PrepareForWriting();
    }

    public ScratchSpace CreateScratch()
    {
        Note(new StoreCall("scratch", null));
        return inner.CreateScratch();
    }

    public void VerifyPlace(ObjectPath? published)
    {
        Note(new StoreCall("verify", published?.Type));
        inner.VerifyPlace(published);
    }

    public void Dispose() => inner.Dispose();

    internal void Note(StoreCall call)
    {
        lock (gate)
        {
            calls.Add(call);
        }
    }
}
