namespace Backshift.Posix;

/// <summary>
/// Remembers which pages of a file were in the cache before it was read, and gives the others back, posix_fadvise(2). A stretch is looked at before the
/// kernel's own reading ahead can come near it. Where we may not know (mincore(2) tells nothing of files that we neither own nor may write), all stays.
/// </summary>
internal sealed unsafe class ResidentPages
{
    // More than the kernel ever reads ahead, and a multiple of its largest pages.
    private const int Stretch = 32 << 20;

    private readonly Queue<(long Start, byte[] Resident)> stretches = [];
    private readonly long size;
    private long known;

    /// <param name="size">The length of the file.</param>
    internal ResidentPages(long size) => this.size = size;

    /// <summary>To be called before each read; offsets go up.</summary>
    internal void Prepare(int fd, long offset, long length)
    {
        while (stretches.TryPeek(out (long Start, byte[] Resident) first) && first.Start + Stretch <= offset)
        {
            GiveBack(fd, stretches.Dequeue());
        }

        known = Math.Max(known, offset / Stretch * Stretch);
        while (known < Math.Min(size, offset + length + Stretch))
        {
            stretches.Enqueue((known, Look(fd, known, Math.Min(Stretch, size - known))));
            known += Stretch;
        }
    }

    /// <summary>Gives back what is left; the file is still open.</summary>
    internal void GiveBackAll(int fd)
    {
        while (stretches.TryDequeue(out (long Start, byte[] Resident) stretch))
        {
            GiveBack(fd, stretch);
        }
    }

    /// <summary>A byte a page, its lowest bit set if the page is in the cache.</summary>
    private static byte[] Look(int fd, long start, long length)
    {
        byte[] resident = new byte[(length + Environment.SystemPageSize - 1) / Environment.SystemPageSize];
        nint mapped = Libc.Map(0, (nuint)length, Libc.PROT_READ, Libc.MAP_SHARED, fd, start);
        if (mapped == Libc.MAP_FAILED)
        {
            return [];
        }

        fixed (byte* pages = resident)
        {
            resident = Libc.InCore(mapped, (nuint)length, pages) == 0 ? resident : [];
        }

        _ = Libc.Unmap(mapped, (nuint)length);
        return resident;
    }

    private static void GiveBack(int fd, (long Start, byte[] Resident) stretch)
    {
        Span<byte> resident = stretch.Resident;
        for (int page = 0; page < resident.Length; page++)
        {
            int first = page;
            while (page < resident.Length && (resident[page] & 1) == 0)
            {
                page++;
            }

            if (page > first)
            {
                _ = Libc.Advise(fd, stretch.Start + ((long)first * Environment.SystemPageSize), (long)(page - first) * Environment.SystemPageSize,
                    Libc.POSIX_FADV_DONTNEED);
            }
        }
    }
}
