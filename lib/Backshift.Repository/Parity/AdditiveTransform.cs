using System.Numerics;

namespace Backshift.Repository.Parity;

/// <summary>
/// The fast Fourier transform over GF(2¹⁶) of Lin, Chung and Han (FOCS 2014, "Novel Polynomial Basis and Its Application to Reed–Solomon Erasure Codes"):
/// between the values that a polynomial has at a power of two of points in a row, and its coefficients in the basis of the paper.
/// </summary>
internal static class AdditiveTransform
{
    // Of each level the values of its subspace polynomial at 1, 2, 4, ...: it is linear, and divided by its value at 2 to the level.
    private static readonly ushort[] Subspaces = MakeSubspaces();

    /// <summary>From values at the points from <paramref name="shift"/> on to coefficients.</summary>
    /// <param name="rows">A power of two of rows, each of the same number of groups.</param>
    /// <param name="count">How many.</param>
    /// <param name="shift">A multiple of <paramref name="count"/>.</param>
    internal static void Interpolate(Span<byte> rows, int count, int shift)
    {
        for (int step = 1; step < count; step *= 2)
        {
            Pass(rows, count, step, shift, evaluates: false);
        }
    }

    /// <summary>From coefficients to values at the points from <paramref name="shift"/> on.</summary>
    /// <param name="rows">A power of two of rows, each of the same number of groups.</param>
    /// <param name="count">How many.</param>
    /// <param name="shift">A multiple of <paramref name="count"/>.</param>
    internal static void Evaluate(Span<byte> rows, int count, int shift)
    {
        for (int step = count / 2; step > 0; step /= 2)
        {
            Pass(rows, count, step, shift, evaluates: true);
        }
    }

    private static void Pass(Span<byte> rows, int count, int step, int shift, bool evaluates)
    {
        Span<byte> tables = stackalloc byte[GaloisField.TablesLength];
        int level = BitOperations.Log2((uint)step), length = rows.Length / count * step;
        for (int first = 0; first < count; first += 2 * step)
        {
            GaloisField.MakeTables(Value(level, shift + first), tables);
            Span<byte> a = rows.Slice(rows.Length / count * first, length), b = rows.Slice(rows.Length / count * (first + step), length);
            Butterfly.Step(tables, a, b, before: !evaluates, after: evaluates);
        }
    }

    private static ushort Value(int level, int point)
    {
        ushort sum = 0;
        for (int bit = 0; bit < GaloisField.Bits; bit++)
        {
            sum ^= ((point >> bit) & 1) != 0 ? Subspaces[(level * GaloisField.Bits) + bit] : (ushort)0;
        }

        return sum;
    }

    private static ushort[] MakeSubspaces()
    {
        // The polynomial of a level is 0 at all numbers below 2 to the level: s(i + 1, x) = s(i, x) (s(i, x) + s(i, 2^i)).
        ushort[] values = new ushort[GaloisField.Bits * GaloisField.Bits];
        Span<ushort> current = stackalloc ushort[GaloisField.Bits];
        for (int bit = 0; bit < GaloisField.Bits; bit++)
        {
            current[bit] = (ushort)(1 << bit);
        }

        for (int level = 0; level < GaloisField.Bits; level++)
        {
            ushort top = current[level], scale = GaloisField.Inverse(top);
            for (int bit = 0; bit < GaloisField.Bits; bit++)
            {
                values[(level * GaloisField.Bits) + bit] = GaloisField.Multiply(current[bit], scale);
                current[bit] = GaloisField.Multiply(current[bit], (ushort)(current[bit] ^ top));
            }
        }

        return values;
    }
}
