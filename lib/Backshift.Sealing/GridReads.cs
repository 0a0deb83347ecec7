using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>
/// A pack as it is stored, read in units of a grid whatever is asked for, and each unit once where reads go forwards: the storage sees which units are read,
/// and not where blocks begin and end (eprint 2025/532 and 2025/558 tell files by such lengths).
/// </summary>
/// <param name="stored">The pack; closed with this object.</param>
/// <param name="units">Units that were read, of all packs of a store.</param>
internal sealed class GridReads(IStoredObject stored, GridUnits units) : IStoredObject
{
    // An owner of units of its own: what came from a cache is not what is read of the repository.
    private readonly KeptReads kept = new(stored);

    public BytePath Shown => stored.Shown;

    public long Length => stored.Length;

    public UnixTime Received => stored.Received;

    public ReadOnlyMemory<byte> Version => stored.Version;

    public int ReadAt(Span<byte> buffer, long offset) => Read(stored, buffer, offset);

    public int ReadKept(Span<byte> buffer, long offset) => Read(kept, buffer, offset);

    public bool TryAnnounce(long offset, int length, bool mayBeKept)
    {
        for (long number = offset / GridUnits.Size; number * GridUnits.Size < offset + length; number++)
        {
            if (!units.Has(mayBeKept ? kept : stored, number) && !stored.TryAnnounce(number * GridUnits.Size, GridUnits.Size, mayBeKept))
            {
                return false;
            }
        }

        return true;
    }

    private int Read(IStoredObject from, Span<byte> buffer, long offset)
    {
        int done = 0, read;
        while (done < buffer.Length
               && (read = units.Read(from, (offset + done) / GridUnits.Size, (int)((offset + done) % GridUnits.Size), buffer[done..])) > 0)
        {
            done += read;
        }

        return done;
    }

    public void Dispose()
    {
        units.Forget(stored);
        units.Forget(kept);
        stored.Dispose();
    }
}
