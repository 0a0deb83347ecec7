using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>A pack as it is stored, of which everything is read if anything is; see <see cref="WholePacks"/>.</summary>
/// <param name="stored">The pack; closed with this object.</param>
/// <param name="packs">Packs that were read, of a store.</param>
internal sealed class WholeReads(IStoredObject stored, WholePacks packs) : IStoredObject
{
    public BytePath Shown => stored.Shown;

    public long Length => stored.Length;

    public UnixTime Received => stored.Received;

    public int ReadAt(Span<byte> buffer, long offset) => packs.Read(stored, buffer, offset);

    public void Dispose() => stored.Dispose();
}
