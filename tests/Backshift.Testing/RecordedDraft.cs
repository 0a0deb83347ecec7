using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Testing;

/// <summary>A draft whose publishing is written down. It lies at home until then: writing it, and reading it back, costs no request.</summary>
internal sealed class RecordedDraft(IObjectDraft inner, RecordingStore store) : IObjectDraft
{
    public BytePath Shown => inner.Shown;

    public long Length => inner.Length;

    public UnixTime Received => inner.Received;

    public int ReadAt(Span<byte> buffer, long offset) => inner.ReadAt(buffer, offset);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (store.FlipsAt is { } at && at >= inner.Length && at < inner.Length + bytes.Length)
        {
            byte[] flipped = bytes.ToArray();
            flipped[at - inner.Length] ^= 1;
            bytes = flipped;
        }

        store.Take(bytes.Length);
        inner.Write(bytes);
    }

    public bool TryPublish(ObjectPath path)
    {
        store.Note(new StoreCall("publish", path.Type, inner.Length, path.Path));
        store.VerifyMayPublish(path);
        return inner.TryPublish(path);
    }

    public void Dispose() => inner.Dispose();
}
