using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Sealing.Tests;

/// <summary>A store of small objects in memory, as far as tests of sealing need one.</summary>
internal sealed class MemoryStore : IObjectStore
{
    public BytePath Location => BytePath.Of("/store");

    public bool HasExclusiveNames => true;

    public bool IsImmediate => true;

    /// <summary>The files, by their paths.</summary>
    internal SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public IStoredObject? TryOpen(ObjectPath path, ObjectEnd end, Span<byte> buffer, out int count)
    {
        count = 0;
        if (!Files.TryGetValue(path.Path.ToString(), out byte[]? bytes))
        {
            return null;
        }

        count = Math.Min(buffer.Length, bytes.Length);
        bytes.AsSpan(end == ObjectEnd.Head ? 0 : bytes.Length - count, count).CopyTo(buffer);
        return new MemoryObject(bytes);
    }

    public bool? Exists(ObjectPath path) => Files.ContainsKey(path.Path.ToString());

    public IEnumerable<ObjectPath> List(ObjectType type, BytePath below = default, Action<BytePath, Records.BackshiftException>? unlisted = null) =>
        Files.Keys.Select(path => ObjectPath.TryParse(type, BytePath.Of(path))).OfType<ObjectPath>();

    public IObjectDraft Create() => new MemoryObject([]);

    public bool TryPublish(ObjectPath path, ReadOnlySpan<byte> bytes) => Files.TryAdd(path.Path.ToString(), bytes.ToArray());

    public IDisposable? TryPublishHeld(ObjectPath path, ReadOnlySpan<byte> bytes, bool survivesExecute = false) => throw new NotSupportedException();

    public bool TryMend(ObjectPath path, ReadOnlySpan<byte> bytes) => throw new NotSupportedException();

    public bool? IsHeld(ObjectPath path) => null;

    public UnixTime Now() => default;

    public void MakeDurable(ObjectPath path)
    {
        // Nothing outlives this process.
    }

    public bool Delete(ObjectPath path) => Files.Remove(path.Path.ToString());

    public void Sweep()
    {
        // Nothing is left behind.
    }

    public IDisposable? TryLease(LeaseKind kind) => null;

    public void PrepareForWriting()
    {
        // It can be written to.
    }

    public ScratchSpace CreateScratch() => throw new NotSupportedException();

    public void VerifyPlace(ObjectPath? published)
    {
        // It cannot be moved.
    }

    public void Dispose()
    {
        // Nothing is open.
    }
}
