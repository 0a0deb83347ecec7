using Backshift.Repository.Trees;
using Backshift.Tar;

namespace Backshift.Tools.Tar;

/// <summary>A sparse file as it is written in GNU tar's sparse format 1.0: the map of its data, then the data.</summary>
internal sealed class SparseFile
{
    // A map is held in memory, 16 bytes a run and its text. A file with more runs is written with its zeros.
    private const int MaxRuns = 1 << 18;

    private readonly byte[] text;

    private SparseFile(SparseMap map, long realSize)
    {
        text = SparseMapLines.Write(map);
        RealSize = realSize;
        StoredSize = text.Length + map.Stored;
    }

    /// <summary>Length of the file with its holes.</summary>
    internal long RealSize { get; }

    /// <summary>How many bytes follow the header.</summary>
    internal long StoredSize { get; }

    /// <summary>The map, in whole blocks.</summary>
    internal ReadOnlySpan<byte> Text => text;

    /// <summary>
    /// How many zeros of a hole are written as data after a run, so that it fills whole blocks: GNU tar pads every run to a block when it writes, and skips to
    /// the next block when it reads; bsdtar and others neither. They agree where there is nothing to pad.
    /// </summary>
    /// <param name="run">Length of the run so far.</param>
    /// <param name="hole">Length of the hole that follows.</param>
    internal static long ZerosAfter(long run, long hole) => Math.Min(-run & (TarBlock.Size - 1), hole);

    /// <summary>Makes the map of a file; null if it has no holes, or too many.</summary>
    internal static SparseFile? TryMake(IEnumerable<ContentPart> parts, CancellationToken cancel)
    {
        SparseMap map = new();
        long offset = 0, start = 0, run = 0;
        bool joined = false, holes = false;
        foreach (ContentPart part in parts)
        {
            cancel.ThrowIfCancellationRequested();
            if (part.Digest is null)
            {
                holes = true;
                if (joined)
                {
                    long zeros = ZerosAfter(run, part.Size);
                    run += zeros;
                    joined = zeros == part.Size;
                }
            }
            else if (joined)
            {
                run += part.Size;
            }
            else
            {
                AddRun(map, start, run);
                if (map.Count == MaxRuns)
                {
                    return null;
                }

                (start, run, joined) = (offset, part.Size, true);
            }

            offset += part.Size;
        }

        if (!holes)
        {
            return null;
        }

        AddRun(map, start, run);
        if (!joined)
        {
            // A hole at the end: an empty run says where the file ends.
            map.Add(offset, 0);
        }

        return new SparseFile(map, offset);
    }

    private static void AddRun(SparseMap map, long start, long length)
    {
        if (length > 0)
        {
            map.Add(start, length);
        }
    }
}
