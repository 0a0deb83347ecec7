using System.Buffers;
using Backshift.Objects;

namespace Backshift.Sealing;

/// <summary>The units of <see cref="GridReads"/> that were read last, as they are stored. Used by several threads; one that needs a unit which another one is
/// reading waits for it.</summary>
internal sealed class GridUnits
{
    /// <summary>What is read at once, in bytes.</summary>
    internal const int Size = 256 << 10;

    // A block reaches into five. Of two neighbours that are decoded at once, the first one's last unit is the second one's first: it is still there with eight.
    private const int Kept = 8;

    private readonly Unit[] units = [.. Enumerable.Range(0, Kept).Select(static _ => new Unit())];
    private readonly Lock gate = new();
    private long uses;

    /// <summary>Copies a part of a unit.</summary>
    /// <param name="stored">Where it is read from.</param>
    /// <param name="number">Its number in there.</param>
    /// <param name="skipped">How many of its bytes are not wanted.</param>
    /// <param name="target">Takes what follows them, up to the end of the unit.</param>
    /// <returns>How many bytes; none at the end of the object.</returns>
    /// <exception cref="StoreException">A sector of them cannot be read.</exception>
    internal int Read(IStoredObject stored, long number, int skipped, Span<byte> target)
    {
        if (Take(stored, number) is not { } unit)
        {
            // More threads than units.
            byte[] own = ArrayPool<byte>.Shared.Rent(Size);
            try
            {
                SectorReads reads = new();
                int read = reads.Read(stored, own.AsSpan(0, Size), number * Size);
                return Copy(own.AsSpan(0, read), skipped, target, reads, number);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(own);
            }
        }

        try
        {
            lock (unit.Filling)
            {
                if (unit.Length < 0)
                {
                    unit.Bytes ??= new byte[Size];
                    unit.Reads = new SectorReads();
                    unit.Length = unit.Reads.Read(stored, unit.Bytes, number * Size);
                }

                return Copy(unit.Bytes.AsSpan(0, unit.Length), skipped, target, unit.Reads, number);
            }
        }
        finally
        {
            lock (gate)
            {
                unit.Users--;
                if (unit.Length < 0)
                {
                    unit.Owner = null;
                }
            }
        }
    }

    /// <summary>Whether a unit was read, or is being read.</summary>
    internal bool Has(IStoredObject stored, long number)
    {
        lock (gate)
        {
            return Array.Exists(units, unit => unit.Owner == stored && unit.Number == number);
        }
    }

    /// <summary>Forgets what was read from an object.</summary>
    internal void Forget(IStoredObject stored)
    {
        lock (gate)
        {
            foreach (Unit unit in units)
            {
                unit.Owner = unit.Owner == stored ? null : unit.Owner;
            }
        }
    }

    private static int Copy(ReadOnlySpan<byte> unit, int skipped, Span<byte> target, SectorReads reads, long number)
    {
        int count = Math.Min(target.Length, Math.Max(0, unit.Length - skipped));
        reads.Verify((number * Size) + skipped, count);
        unit.Slice(Math.Min(skipped, unit.Length), count).CopyTo(target);
        return count;
    }

    /// <summary>The unit, which may still have to be read; null if all are in use.</summary>
    private Unit? Take(IStoredObject stored, long number)
    {
        lock (gate)
        {
            Unit? oldest = null;
            foreach (Unit unit in units)
            {
                if (unit.Owner == stored && unit.Number == number)
                {
                    unit.Users++;
                    unit.Used = ++uses;
                    return unit;
                }

                if (unit.Users == 0 && (oldest is null || (unit.Owner is null ? 0 : unit.Used) < (oldest.Owner is null ? 0 : oldest.Used)))
                {
                    oldest = unit;
                }
            }

            if (oldest is not null)
            {
                (oldest.Owner, oldest.Number, oldest.Length, oldest.Users, oldest.Used) = (stored, number, -1, 1, ++uses);
            }

            return oldest;
        }
    }

    private sealed class Unit
    {
        internal Lock Filling { get; } = new();

        internal IStoredObject? Owner { get; set; }

        internal long Number { get; set; }

        internal byte[]? Bytes { get; set; }

        internal SectorReads Reads { get; set; } = new();

        /// <summary>Below 0 until it was read.</summary>
        internal int Length { get; set; }

        internal int Users { get; set; }

        internal long Used { get; set; }
    }
}
