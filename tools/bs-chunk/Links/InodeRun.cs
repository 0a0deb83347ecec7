using System.Buffers.Binary;

namespace Backshift.Tools.Chunk;

/// <summary>Inodes that have left memory: sorted in a scratch file, with the first key of every page and a Bloom filter in memory (two bytes an
/// inode).</summary>
internal sealed class InodeRun
{
    private const int RecordLength = InodeKey.Length + 8;
    private const int PageRecords = 128;
    private const int BitsPerKey = 12;
    private const int Probes = 4;

    private readonly ScratchFile file;
    private readonly long start;
    private readonly int count;
    private readonly InodeKey[] fences;
    private readonly ulong[] filter;
    private readonly byte[] page = new byte[PageRecords * RecordLength];

    /// <summary>Writes a run.</summary>
    /// <param name="file">Where to.</param>
    /// <param name="inodes">Sorted, with the place of a path each.</param>
    /// <exception cref="Posix.UnixException">The file cannot be written.</exception>
    internal InodeRun(ScratchFile file, ReadOnlySpan<KeyValuePair<InodeKey, long>> inodes)
    {
        this.file = file;
        count = inodes.Length;
        start = file.Length;
        fences = new InodeKey[(count + PageRecords - 1) / PageRecords];
        filter = new ulong[Math.Max(1, count * BitsPerKey / 64)];
        Span<byte> record = stackalloc byte[RecordLength];
        for (int i = 0; i < count; i++)
        {
            (InodeKey key, long path) = inodes[i];
            if (i % PageRecords == 0)
            {
                fences[i / PageRecords] = key;
            }

            key.CopyTo(record);
            BinaryPrimitives.WriteInt64LittleEndian(record[InodeKey.Length..], path);
            file.Append(record);
            ulong hash = key.Spread();
            for (int probe = 0; probe < Probes; probe++)
            {
                filter[Word(hash, probe)] |= 1UL << Bit(hash, probe);
            }
        }
    }

    /// <summary>Where the path of <paramref name="key"/> is, or -1.</summary>
    /// <exception cref="Posix.UnixException">The file cannot be read.</exception>
    internal long Find(InodeKey key)
    {
        ulong hash = key.Spread();
        for (int probe = 0; probe < Probes; probe++)
        {
            if ((filter[Word(hash, probe)] >> Bit(hash, probe) & 1) == 0)
            {
                return -1;
            }
        }

        int found = Array.BinarySearch(fences, key);
        int number = found >= 0 ? found : ~found - 1;
        if (number < 0)
        {
            return -1;
        }

        int records = Math.Min(PageRecords, count - (number * PageRecords));
        file.ReadAt(page.AsSpan(0, records * RecordLength), start + ((long)number * PageRecords * RecordLength));
        for (int i = 0; i < records; i++)
        {
            ReadOnlySpan<byte> record = page.AsSpan(i * RecordLength, RecordLength);
            if (InodeKey.Read(record) == key)
            {
                return BinaryPrimitives.ReadInt64LittleEndian(record[InodeKey.Length..]);
            }
        }

        return -1;
    }

    // Each probe takes a word by the high half of the hash and a bit by its low end, both turned on from probe to probe.
    private int Word(ulong hash, int probe) => (int)(((ulong)(uint)(hash >> 32) + ((ulong)probe * (uint)(hash >> 8))) % (ulong)filter.Length);

    private static int Bit(ulong hash, int probe) => (int)(hash >> (6 * probe)) & 63;
}
