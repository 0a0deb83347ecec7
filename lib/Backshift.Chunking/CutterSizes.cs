using System.Numerics;

namespace Backshift.Chunking;

/// <summary>The sizes of chunks in bytes, all of them decided by the average.</summary>
public readonly record struct CutterSizes
{
    /// <summary>The smallest average that a cutter takes.</summary>
    public const int SmallestAverage = 4 << 10;

    /// <summary>The largest average that a cutter takes.</summary>
    public const int LargestAverage = 1 << 20;

    /// <summary>The sizes for <paramref name="average"/>, a power of two between the smallest and the largest.</summary>
    public CutterSizes(int average)
    {
        if (average is < SmallestAverage or > LargestAverage || !BitOperations.IsPow2(average))
        {
            throw new ArgumentOutOfRangeException(
                nameof(average), average, $"an average chunk size is a power of two from {SmallestAverage} to {LargestAverage}");
        }

        Average = average;
    }

    /// <summary>The mean length of chunks of random data.</summary>
    public int Average { get; }

    /// <summary>No chunk is shorter, but the last one of a file.</summary>
    public int Minimum => Average / 2;

    /// <summary>From this length on cuts are sixteen times as likely. 0.776 makes the mean length of chunks of random data the average.</summary>
    public int Middle => (int)((long)Average * 776 / 1000);

    /// <summary>No chunk is longer.</summary>
    public int Maximum => 4 * Average;
}
