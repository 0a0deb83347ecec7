namespace Backshift.Tar;

/// <summary>Which runs of a sparse file an archive holds; everything else is zeros.</summary>
public sealed class SparseMap
{
    /// <summary>Most runs of one file: 16 MiB of memory. A file with more of them is refused, not cut.</summary>
    private const int Most = 1 << 20;

    private readonly List<(long Offset, long Length)> runs = [];

    public IReadOnlyList<(long Offset, long Length)> Runs => runs;

    public int Count => runs.Count;

    /// <summary>How many bytes of the file are in the archive.</summary>
    public long Stored { get; private set; }

    /// <summary>Where the last run ends.</summary>
    public long End { get; private set; }

    public SparseMap Copy()
    {
        SparseMap copy = new() { Stored = Stored, End = End };
        copy.runs.AddRange(runs);
        return copy;
    }

    /// <exception cref="FormatException">The run lies before the end of the last, or there are too many.</exception>
    public void Add(long offset, long length)
    {
        if (offset < End || length < 0 || length > long.MaxValue - offset)
        {
            throw new FormatException("a sparse map is out of order");
        }

        if (runs.Count == Most)
        {
            throw new FormatException($"a sparse map of more than {Most} runs");
        }

        runs.Add((offset, length));
        Stored += length;
        End = offset + length;
    }

    /// <summary>Takes the entries of a block of old GNU form up to the first that is empty.</summary>
    /// <exception cref="FormatException">One is out of order, or no number.</exception>
    public void Add(ReadOnlySpan<byte> entries)
    {
        const int Number = TarField.SparseEntry / 2;
        for (; !entries.IsEmpty && entries[Number] != 0; entries = entries[TarField.SparseEntry..])
        {
            if (!TarNumber.TryRead(entries[..Number], out long offset) || !TarNumber.TryRead(entries.Slice(Number, Number), out long length))
            {
                throw new FormatException("a sparse map with something that is not a number");
            }

            Add(offset, length);
        }
    }

    /// <summary>Sees whether the map goes with a file of this length of which so many bytes are stored.</summary>
    /// <returns>Null, or what does not go with it.</returns>
    public string? WhyNot(long size, long stored) =>
        Stored == stored && End <= size ? null : $"a sparse map of {Stored} bytes up to {End}, for a file of {size} bytes of which {stored} are stored";
}
