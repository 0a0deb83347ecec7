using System.Numerics;

namespace Backshift.Repository.Parity;

/// <summary>
/// The Reed–Solomon code of the rows of a segment: see backshift-repository(5), "The code". Any rows that are lost, as many as there are parity rows, follow
/// from the others. Data row j is the value at the point M + j, and parity row i the one at i.
/// </summary>
internal sealed class SegmentCode
{
    private const int RowsAtOnce = 64;

    private readonly int data;
    private readonly int parity;
    private readonly int points;
    private readonly int rowLength;
    private readonly RowArea input;
    private readonly RowArea sums;
    private readonly byte[] buffer;

    /// <param name="data">The number of data rows.</param>
    /// <param name="parity">The number of parity rows.</param>
    /// <param name="rowLength">Length of a row in bytes, a multiple of that of a group.</param>
    internal SegmentCode(int data, int parity, int rowLength)
    {
        this.data = data;
        this.parity = parity;
        this.rowLength = rowLength;
        points = (int)BitOperations.RoundUpToPowerOf2((uint)parity);
        input = new RowArea(points, rowLength);
        sums = new RowArea(points, rowLength);
        buffer = new byte[RowsAtOnce * rowLength];
    }

    /// <summary>Computes the parity rows.</summary>
    /// <param name="source">The data rows. They are asked for in order, several times if there are many parity rows.</param>
    /// <param name="rows">Becomes the parity rows, one after another.</param>
    internal void Encode(RowSource source, Span<byte> rows)
    {
        for (int pass = 0; pass < input.Passes; pass++)
        {
            sums.Clear();
            for (int first = 0; first < data; first += points)
            {
                Load(source, first, pass);
                input.Interpolate(points + first);
                sums.Add(input);
            }

            sums.Evaluate(0);
            for (int i = 0; i < parity; i++)
            {
                sums.Store(i, rows.Slice(i * rowLength, rowLength), pass);
            }
        }
    }

    /// <summary>Computes data rows that are lost.</summary>
    /// <param name="lost">Numbers of the data rows that are lost, in ascending order.</param>
    /// <param name="lostParity">Numbers of the parity rows that are lost; with the others no more than there are parity rows.</param>
    /// <param name="rows">
    /// The sums of all parity rows that are not lost, each with the one that <see cref="Encode"/> computes from the data rows without those that are lost.
    /// The first of them become the rows of <paramref name="lost"/>.
    /// </param>
    internal void Decode(ReadOnlySpan<int> lost, ReadOnlySpan<int> lostParity, Span<byte> rows)
    {
        int[] missing = Missing(lost, lostParity);
        ushort[] locators = new ushort[parity], scales = new ushort[lost.Length];
        for (int i = 0; i < parity; i++)
        {
            locators[i] = lostParity.Contains(i) ? (ushort)0 : GaloisField.Power(Product(i, missing));
        }

        long weight = 0;
        for (int i = 0; i < lost.Length; i++)
        {
            // W is the same for all rows of a block.
            int x = points + lost[i];
            weight = i == 0 || lost[i] / points != lost[i - 1] / points ? Weight(x) : weight;
            scales[i] = GaloisField.Inverse(GaloisField.Power(weight + Product(x, missing)));
        }

        for (int pass = 0; pass < input.Passes; pass++)
        {
            sums.Clear();
            for (int i = 0; i < parity; i++)
            {
                if (locators[i] != 0)
                {
                    sums.Load(i, rows.Slice(i * rowLength, rowLength), pass);
                    sums.Scale(i, locators[i]);
                }
            }

            // The area has all there is in the columns of this pass; so the rows that are found can take the place of the sums.
            sums.Interpolate(0);
            for (int i = 0, block = -1; i < lost.Length; i++)
            {
                if (lost[i] / points != block)
                {
                    block = lost[i] / points;
                    input.CopyFrom(sums);
                    input.Evaluate(points + (block * points));
                }

                input.Scale(lost[i] % points, scales[i]);
                input.Store(lost[i] % points, rows.Slice(i * rowLength, rowLength), pass);
            }
        }
    }

    /// <summary>The points whose values are not known.</summary>
    private int[] Missing(ReadOnlySpan<int> lost, ReadOnlySpan<int> lostParity)
    {
        if (lost.Length + lostParity.Length > parity)
        {
            throw new ArgumentException("more rows are lost than there are parity rows", nameof(lost));
        }

        int[] missing = new int[lost.Length + lostParity.Length + points - parity];
        for (int i = 0; i < lost.Length; i++)
        {
            missing[i] = points + lost[i];
        }

        lostParity.CopyTo(missing.AsSpan(lost.Length));
        for (int i = parity; i < points; i++)
        {
            missing[lost.Length + lostParity.Length + i - parity] = i;
        }

        return missing;
    }

    /// <summary>The logarithm of the product of the differences of a point to all others.</summary>
    private static long Product(int x, int[] others)
    {
        long sum = 0;
        foreach (int other in others)
        {
            sum += other == x ? 0 : GaloisField.Logarithm(x ^ other);
        }

        return sum;
    }

    /// <summary>The logarithm of W at a point.</summary>
    private long Weight(int x)
    {
        long sum = GaloisField.Logarithm(x);
        for (int v = 1; v < points; v++)
        {
            sum += GaloisField.Logarithm(x ^ v) + GaloisField.Order - GaloisField.Logarithm(v);
        }

        return sum;
    }

    private void Load(RowSource source, int first, int pass)
    {
        int end = Math.Min(points, data - first);
        for (int at = 0; at < end; at += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, end - at);
            source(first + at, buffer.AsSpan(0, count * rowLength));
            for (int i = 0; i < count; i++)
            {
                input.Load(at + i, buffer.AsSpan(i * rowLength, rowLength), pass);
            }
        }

        for (int i = end; i < points; i++)
        {
            input.Clear(i);
        }
    }
}
