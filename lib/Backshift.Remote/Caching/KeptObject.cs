using System.Buffers;
using System.Buffers.Binary;
using Backshift.Posix;
using Backshift.Remote.Client;

namespace Backshift.Remote.Caching;

/// <summary>
/// What is kept of one version of an object: units of it, each at its own place in a file that is otherwise a hole, and each with a checksum. So several
/// programs may write the same file at once, and a unit that was cut off by a crash or a full disk is one that is not there. May be used by several threads.
/// </summary>
internal sealed class KeptObject
{
    // Units are on pages of their own but for their checksums.
    private const int FirstUnit = Page;
    private const int Page = 4096;
    private const int SlotSize = Sha256.HashSizeInBytes + ReadUnits.Size;

    private readonly CacheFolder folder;
    private readonly BytePath name;
    private readonly byte[] head;
    private bool isUsed;

    /// <param name="folder">Where.</param>
    /// <param name="name">The name of the file.</param>
    /// <param name="head">What it begins with, see <see cref="KeptHead"/>.</param>
    internal KeptObject(CacheFolder folder, BytePath name, byte[] head)
    {
        this.folder = folder;
        this.name = name;
        this.head = head;
    }

    /// <summary>Reads a unit.</summary>
    /// <param name="unit">Its number.</param>
    /// <param name="target">Takes it; as long as it is.</param>
    /// <returns>Whether it was there, as it was kept.</returns>
    internal bool TryRead(long unit, Span<byte> target)
    {
        byte[] slot = ArrayPool<byte>.Shared.Rent(SlotSize);
        try
        {
            using UnixFile? file = folder.TryOpen(name, OpenFor.Reading);
            Span<byte> stored = slot.AsSpan(0, Sha256.HashSizeInBytes + target.Length);
            Span<byte> sum = stackalloc byte[Sha256.HashSizeInBytes];
            if (file is null || file.ReadAt(stored, PlaceOf(unit)) != stored.Length)
            {
                return false;
            }

            ReadOnlySpan<byte> bytes = stored[sum.Length..];
            Sum(unit, bytes, sum);
            if (!sum.SequenceEqual(stored[..sum.Length]))
            {
                return false;
            }

            bytes.CopyTo(target);
        }
        catch (UnixException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(slot);
        }

        if (!isUsed)
        {
            // The time of the last change is that of the last use: what is deleted first goes by it.
            isUsed = true;
            folder.Write(name, 0, head, head);
        }

        return true;
    }

    /// <summary>Whether a unit may be there, as far as the file system knows of holes.</summary>
    internal bool Has(long unit)
    {
        try
        {
            using UnixFile? file = folder.TryOpen(name, OpenFor.Reading);
            if (file is null || FileStatus.Of(file).Size is var end && PlaceOf(unit) >= end)
            {
                return false;
            }

            // The unit before may reach into its first page, and the one behind into its last.
            long place = PlaceOf(unit), whole = (place + Page - 1) / Page * Page;
            return whole >= end || file.FindData(whole, end) < Math.Min(end, place + SlotSize - Page);
        }
        catch (UnixException)
        {
            return false;
        }
    }

    /// <summary>Keeps a unit, if there is room.</summary>
    /// <param name="unit">Its number.</param>
    /// <param name="bytes">All that the object has of it.</param>
    internal void Keep(long unit, ReadOnlySpan<byte> bytes)
    {
        isUsed = true;
        byte[] slot = ArrayPool<byte>.Shared.Rent(SlotSize);
        try
        {
            Sum(unit, bytes, slot.AsSpan(0, Sha256.HashSizeInBytes));
            bytes.CopyTo(slot.AsSpan(Sha256.HashSizeInBytes));
            folder.Write(name, PlaceOf(unit), slot.AsSpan(0, Sha256.HashSizeInBytes + bytes.Length), head);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(slot);
        }
    }

    private static long PlaceOf(long unit) => FirstUnit + (unit * SlotSize);

    // The head has the key of the repository and the path in its own checksum, and the version.
    private void Sum(long unit, ReadOnlySpan<byte> bytes, Span<byte> target)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, unit);
        Sha256 hash = new();
        hash.AppendData(head);
        hash.AppendData(number);
        hash.AppendData(bytes);
        hash.GetHashAndReset(target);
    }
}
