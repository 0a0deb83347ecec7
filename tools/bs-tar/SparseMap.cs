using System.Buffers;
using System.Globalization;
using System.Text;
using Backshift.Repository.Trees;

namespace Backshift.Tools.Tar;

/// <summary>Where the data of a sparse file lies, as it stands before that data in GNU tar's sparse format 1.0 (GNU tar manual, "PAX Format, Version 1.0").</summary>
internal sealed class SparseMap
{
    // A map is held in memory, 16 bytes a run and its text. A file with more runs is written with its zeros.
    private const int MaxRuns = 1 << 18;

    private readonly byte[] text;

    private SparseMap(byte[] text, long realSize, long dataSize)
    {
        this.text = text;
        RealSize = realSize;
        DataSize = dataSize;
    }

    /// <summary>Length of the file with its holes.</summary>
    internal long RealSize { get; }

    /// <summary>Length of the data without them.</summary>
    internal long DataSize { get; }

    /// <summary>The map, in whole blocks.</summary>
    internal ReadOnlySpan<byte> Text => text;

    /// <summary>How many bytes follow the header.</summary>
    internal long StoredSize => text.Length + DataSize;

    /// <summary>
    /// How many zeros of a hole are written as data after a run, so that it fills whole blocks: GNU tar pads every run to a block when it writes, and skips to the next
    /// block when it reads; bsdtar and others neither. They agree where there is nothing to pad.
    /// </summary>
    /// <param name="run">Length of the run so far.</param>
    /// <param name="hole">Length of the hole that follows.</param>
    internal static long ZerosAfter(long run, long hole) => Math.Min(-run & (TarBlock.Size - 1), hole);

    /// <summary>Makes the map of a file; null if it has no holes, or too many.</summary>
    internal static SparseMap? TryMake(IEnumerable<ContentPart> parts, CancellationToken cancel)
    {
        List<(long Offset, long Size)> runs = [];
        long offset = 0, data = 0;
        bool joined = false, holes = false;
        foreach (ContentPart part in parts)
        {
            cancel.ThrowIfCancellationRequested();
            if (part.Digest is null)
            {
                holes = true;
                if (joined)
                {
                    long zeros = ZerosAfter(runs[^1].Size, part.Size);
                    runs[^1] = (runs[^1].Offset, runs[^1].Size + zeros);
                    data += zeros;
                    joined = zeros == part.Size;
                }
            }
            else
            {
                if (joined)
                {
                    runs[^1] = (runs[^1].Offset, runs[^1].Size + part.Size);
                }
                else if (runs.Count == MaxRuns)
                {
                    return null;
                }
                else
                {
                    runs.Add((offset, part.Size));
                }

                joined = true;
                data += part.Size;
            }

            offset += part.Size;
        }

        if (!holes)
        {
            return null;
        }

        if (!joined)
        {
            // A hole at the end: an empty run says where the file ends.
            runs.Add((offset, 0));
        }

        ArrayBufferWriter<byte> text = new();
        Line(text, runs.Count);
        foreach ((long start, long size) in runs)
        {
            Line(text, start);
            Line(text, size);
        }

        int padding = -text.WrittenCount & (TarBlock.Size - 1);
        text.GetSpan(padding + 1)[..padding].Clear();
        text.Advance(padding);
        return new SparseMap(text.WrittenSpan.ToArray(), offset, data);
    }

    private static void Line(ArrayBufferWriter<byte> text, long number) => text.Write(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture) + "\n"));
}
