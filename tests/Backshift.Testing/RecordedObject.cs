using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Testing;

/// <summary>An object whose reads are written down.</summary>
internal sealed class RecordedObject(IStoredObject inner, RecordingStore store, ObjectPath path) : IStoredObject
{
    public BytePath Shown => inner.Shown;

    public long Length => inner.Length;

    public UnixTime Received => inner.Received;

    public ReadOnlyMemory<byte> Version => store.HasVersions ? inner.Version : default;

    public bool IsReliable => store.IsOfHost?.Invoke(path) != true && inner.IsReliable;

    public int ReadAt(Span<byte> buffer, long offset)
    {
        store.Note(new StoreCall("read", path.Type, buffer.Length, path.Path) { Offset = offset });
        store.VerifySectors(path, offset, buffer.Length);
        int read = inner.ReadAt(buffer, offset);
        store.Changes?.Invoke(path, offset, buffer[..read]);
        return read;
    }

    public bool TryAnnounce(long offset, int length, bool mayBeKept) => store.TryAnnounce(path, offset, length);

    public bool IsUnderWay(long offset, int length, bool mayBeKept) => store.IsLate?.Invoke(path) == true;

    public void Dispose() => inner.Dispose();
}
