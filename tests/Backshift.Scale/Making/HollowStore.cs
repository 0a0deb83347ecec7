using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Scale.Making;

/// <summary>
/// A directory in which objects are made with holes and without waiting for the disk, by the one writer that there is. It lists no packs: this writer would
/// otherwise list all of them after every saveset, and there are no others that it could miss.
/// </summary>
internal sealed class HollowStore(IObjectStore inner, bool isImmediate = true) : IObjectStore
{
    private readonly string root = inner.Location.ToString();

    public BytePath Location => inner.Location;

    public bool HasExclusiveNames => true;

    public bool IsImmediate => isImmediate;

    public IStoredObject? TryOpen(ObjectPath path, ObjectEnd end, Span<byte> buffer, out int count) => inner.TryOpen(path, end, buffer, out count);

    public bool? Exists(ObjectPath path) => inner.Exists(path);

    public IEnumerable<ObjectPath> List(ObjectType type, BytePath below = default, Action<BytePath, BackshiftException>? unlisted = null) =>
        type == ObjectType.Pack ? [] : inner.List(type, below, unlisted);

    public IObjectDraft Create(ObjectType type) => new HollowDraft(root);

    public bool TryPublish(ObjectPath path, ReadOnlySpan<byte> bytes)
    {
        using IObjectDraft draft = Create(path.Type);
        draft.Write(bytes);
        return draft.TryPublish(path);
    }

    public bool TryMend(ObjectPath path, ReadOnlySpan<byte> bytes) => inner.TryMend(path, bytes);

    public IDisposable? TryPublishHeld(ObjectPath path, ReadOnlySpan<byte> bytes, bool survivesExecute = false) =>
        inner.TryPublishHeld(path, bytes, survivesExecute);

    public bool? IsHeld(ObjectPath path) => inner.IsHeld(path);

    public UnixTime Now() => inner.Now();

    public void MakeDurable(ObjectPath path)
    {
    }

    public bool Delete(ObjectPath path) => inner.Delete(path);

    public void Sweep()
    {
    }

    public IDisposable? TryLease(LeaseKind kind) => inner.TryLease(kind);

    public void PrepareForWriting() => inner.PrepareForWriting();

    public ScratchSpace CreateScratch() => inner.CreateScratch();

    public void VerifyPlace(ObjectPath? published)
    {
    }

    public void Dispose() => inner.Dispose();
}
