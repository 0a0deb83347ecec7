using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>
/// Packs that were read as a whole, as they are stored, in files without a name: the storage sees which packs are needed, and not which parts of them. Used by
/// several threads; one that needs a pack which another one is reading waits for it.
/// </summary>
internal sealed class WholePacks : IDisposable
{
    // 256 MiB of packs of the usual length.
    private const int Kept = 8;
    private const int Reading = 1 << 20;

    private readonly List<Whole> packs = [];
    private readonly Lock gate = new();
    private long uses;

    /// <summary>Copies a part of a pack, after the whole of it was read, in order.</summary>
    /// <returns>How many bytes; fewer than wanted at its end.</returns>
    /// <exception cref="StoreException">A sector of the part cannot be read, or the pack is gone.</exception>
    /// <exception cref="Records.BackshiftException">The scratch file cannot be made or written.</exception>
    internal int Read(IStoredObject stored, Span<byte> target, long offset)
    {
        Whole pack = Take(stored.Shown);
        try
        {
            lock (pack.Filling)
            {
                pack.Space ??= Copy(stored, pack.Reads = new SectorReads());
            }

            int count = pack.Space.ReadAt(target, offset);
            pack.Reads.Verify(offset, count);
            return count;
        }
        finally
        {
            Return(pack);
        }
    }

    public void Dispose() => packs.ForEach(static pack => pack.Space?.Dispose());

    private static ScratchSpace Copy(IStoredObject stored, SectorReads reads)
    {
        ScratchSpace? unfinished = null;
        try
        {
            ScratchSpace space = unfinished = ScratchSpace.Create();
            byte[] buffer = new byte[Reading];
            int read;
            for (long at = 0; at < stored.Length && (read = reads.Read(stored, buffer, at)) > 0; at += read)
            {
                space.Write(buffer.AsSpan(0, read));
            }

            unfinished = null;
            return space;
        }
        catch (UnixException e)
        {
            throw ScratchFile.Failed(e);
        }
        finally
        {
            unfinished?.Dispose();
        }
    }

    private Whole Take(BytePath name)
    {
        lock (gate)
        {
            Whole? pack = packs.Find(pack => pack.Name == name);
            if (pack is null)
            {
                pack = new Whole(name);
                packs.Add(pack);
            }

            pack.Users++;
            pack.Used = ++uses;
            return pack;
        }
    }

    private void Return(Whole pack)
    {
        lock (gate)
        {
            pack.Users--;
            if (pack.Users == 0 && pack.Reads.HasBroken)
            {
                // It may be readable again.
                packs.Remove(pack);
                pack.Space?.Dispose();
            }

            while (packs.Count > Kept && packs.Where(static pack => pack.Users == 0).MinBy(static pack => pack.Used) is { } oldest)
            {
                packs.Remove(oldest);
                oldest.Space?.Dispose();
            }
        }
    }

    private sealed class Whole(BytePath name)
    {
        internal BytePath Name { get; } = name;

        internal Lock Filling { get; } = new();

        /// <summary>Null until it was read. Written once, and read at offsets by any thread.</summary>
        internal ScratchSpace? Space { get; set; }

        internal SectorReads Reads { get; set; } = new();

        internal int Users { get; set; }

        internal long Used { get; set; }
    }
}
