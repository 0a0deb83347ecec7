using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Testing.Model;

/// <summary>An object of the shared store that a process has open.</summary>
/// <param name="shared">The object.</param>
/// <param name="received">When it was published, in ticks.</param>
/// <param name="look">Throws where it cannot be read any more.</param>
internal sealed class SharedFile(SharedObject shared, long received, Action look) : IStoredObject
{
    public BytePath Shown => shared.Path.Path;

    public long Length => shared.Bytes.Length;

    public UnixTime Received => ProcessClock.Time(received);

    public int ReadAt(Span<byte> buffer, long offset)
    {
        look();
        ReadOnlySpan<byte> rest = offset >= shared.Bytes.Length ? [] : shared.Bytes.AsSpan((int)offset);
        rest = rest[..Math.Min(rest.Length, buffer.Length)];
        rest.CopyTo(buffer);
        return rest.Length;
    }

    public void Dispose()
    {
    }
}
