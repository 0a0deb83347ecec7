using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>An object whose last bytes are in memory, until they are given up: while it is opened, the store is not asked for them again.</summary>
/// <param name="inner">The object; closed with this one.</param>
/// <param name="end">Its last bytes.</param>
internal sealed class KnownEnd(IStoredObject inner, ReadOnlyMemory<byte> end) : IStoredObject
{
    private ReadOnlyMemory<byte> end = end;

    public BytePath Shown => inner.Shown;

    public UnixTime Received => inner.Received;

    public long Length => inner.Length;

    public ReadOnlyMemory<byte> Version => inner.Version;

    public int ReadAt(Span<byte> buffer, long offset) => IsKnown(offset) ? ReadKnown(buffer, offset) : inner.ReadAt(buffer, offset);

    public int ReadKept(Span<byte> buffer, long offset) => IsKnown(offset) ? ReadKnown(buffer, offset) : inner.ReadKept(buffer, offset);

    public bool TryAnnounce(long offset, int length, bool mayBeKept) => IsKnown(offset) || inner.TryAnnounce(offset, length, mayBeKept);

    public bool IsUnderWay(long offset, int length, bool mayBeKept) => !IsKnown(offset) && inner.IsUnderWay(offset, length, mayBeKept);

    private bool IsKnown(long offset) => !end.IsEmpty && offset >= Length - end.Length;

    private int ReadKnown(Span<byte> buffer, long offset)
    {
        long known = Length - end.Length;

        ReadOnlySpan<byte> rest = end.Span[(int)Math.Min(end.Length, offset - known)..];
        rest = rest[..Math.Min(rest.Length, buffer.Length)];
        rest.CopyTo(buffer);
        return rest.Length;
    }

    /// <summary>Gives up the bytes in memory.</summary>
    internal void Forget() => end = default;

    public void Dispose() => inner.Dispose();
}
