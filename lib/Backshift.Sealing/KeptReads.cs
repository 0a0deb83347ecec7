using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>An object all of whose reads may come from a cache; see <see cref="IStoredObject.ReadKept"/>.</summary>
/// <param name="stored">The object; not closed with this one.</param>
internal sealed class KeptReads(IStoredObject stored) : IStoredObject
{
    public BytePath Shown => stored.Shown;

    public long Length => stored.Length;

    public UnixTime Received => stored.Received;

    public ReadOnlyMemory<byte> Version => stored.Version;

    public int ReadAt(Span<byte> buffer, long offset) => stored.ReadKept(buffer, offset);

    public void Dispose()
    {
    }
}
