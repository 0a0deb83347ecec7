using Backshift.Objects;

namespace Backshift.Sealing;

/// <summary>
/// Reads ranges of an object in such a way that what the storage sees does not depend on which of the bytes are wanted, also where it fails to read some of
/// them, or says that it does: then every sector of the range is read by itself.
/// </summary>
internal sealed class SectorReads
{
    private const int Sector = 4096;

    private HashSet<long>? broken;
    private StoreException? trouble;

    /// <summary>Whether a sector could not be read.</summary>
    internal bool HasBroken => broken is not null;

    /// <summary>Reads a range that begins with a sector. What cannot be read of it is zeros, and <see cref="Verify"/> tells.</summary>
    /// <returns>How many bytes there are.</returns>
    /// <exception cref="StoreException">It is gone by now, or may not be read.</exception>
    internal int Read(IStoredObject stored, Span<byte> target, long offset)
    {
        try
        {
            return stored.ReadAt(target, offset);
        }
        catch (StoreException e) when (e.Trouble == StoreTrouble.Broken)
        {
            return ReadEach(stored, target[..(int)Math.Clamp(stored.Length - offset, 0, target.Length)], offset);
        }
    }

    /// <summary>Verifies that everything of a range that was read could be.</summary>
    /// <exception cref="StoreException">It could not.</exception>
    internal void Verify(long offset, int count)
    {
        for (long sector = offset / Sector; broken is not null && sector * Sector < offset + count; sector++)
        {
            if (broken.Contains(sector))
            {
                throw new StoreException(trouble!.Trouble, trouble.Code, trouble.Message, trouble.Reason, trouble);
            }
        }
    }

    private int ReadEach(IStoredObject stored, Span<byte> target, long offset)
    {
        int done = 0;
        while (done < target.Length)
        {
            Span<byte> sector = target.Slice(done, Math.Min(Sector, target.Length - done));
            int read = sector.Length;
            try
            {
                read = stored.ReadAt(sector, offset + done);
            }
            catch (StoreException e) when (e.Trouble == StoreTrouble.Broken)
            {
                sector.Clear();
                trouble = e;
                _ = (broken ??= []).Add((offset + done) / Sector);
            }

            done += read;
            if (read < sector.Length)
            {
                break;
            }
        }

        return done;
    }
}
