using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Backshift.Repository.Parity;

/// <summary>Arithmetic in GF(2¹⁶) with the polynomial x¹⁶+x¹²+x³+x+1; see backshift-repository(5), "PARITY".</summary>
internal static class GaloisField
{
    /// <summary>Number of elements that are not 0.</summary>
    internal const int Order = 65535;

    /// <summary>Bits of an element.</summary>
    internal const int Bits = 16;

    /// <summary>Length of the tables of a factor: for each four bits of a word the low bytes of sixteen products, and then the high bytes.</summary>
    internal const int TablesLength = 8 * Nibbles;

    private const int Nibbles = 16;
    private const int Polynomial = 0x1100B;

    private static readonly ushort[] Logarithms = new ushort[Order + 1];
    private static readonly ushort[] Powers = new ushort[2 * Order];

    // The tables of the factors 1, 2, 4, ... A product is linear in its factor, so all other tables are sums of these.
    private static readonly byte[] BitTables = new byte[Bits * TablesLength];

    static GaloisField()
    {
        int power = 1;
        for (int i = 0; i < Order; i++)
        {
            Powers[i] = Powers[i + Order] = (ushort)power;
            Logarithms[power] = (ushort)i;
            power <<= 1;
            power ^= power > Order ? Polynomial : 0;
        }

        for (int bit = 0; bit < Bits; bit++)
        {
            for (int nibble = 0; nibble < 4; nibble++)
            {
                Span<byte> low = BitTables.AsSpan((bit * TablesLength) + (nibble * 2 * Nibbles)), high = low[Nibbles..];
                for (int i = 0; i < Nibbles; i++)
                {
                    ushort product = Multiply((ushort)(1 << bit), (ushort)(i << (4 * nibble)));
                    low[i] = (byte)product;
                    high[i] = (byte)(product >> 8);
                }
            }
        }
    }

    internal static ushort Multiply(ushort a, ushort b) => a == 0 || b == 0 ? (ushort)0 : Powers[Logarithms[a] + Logarithms[b]];

    /// <summary>The number whose product with <paramref name="a"/>, which is not 0, is 1.</summary>
    internal static ushort Inverse(ushort a) => Powers[Order - Logarithms[a]];

    /// <summary>The logarithm of a number that is not 0. Long products are sums of these.</summary>
    internal static int Logarithm(int a) => Logarithms[a];

    /// <summary>The number that has this sum of logarithms.</summary>
    internal static ushort Power(long logarithm) => Powers[logarithm % Order];

    /// <summary>Makes the tables that multiply by a factor.</summary>
    /// <param name="factor">The factor.</param>
    /// <param name="tables"><see cref="TablesLength"/> bytes.</param>
    internal static void MakeTables(ushort factor, Span<byte> tables)
    {
        Span<Vector128<byte>> sums = MemoryMarshal.Cast<byte, Vector128<byte>>(tables[..TablesLength]);
        sums.Clear();
        for (int bit = 0; bit < Bits; bit++)
        {
            if (((factor >> bit) & 1) != 0)
            {
                ReadOnlySpan<Vector128<byte>> of = MemoryMarshal.Cast<byte, Vector128<byte>>(BitTables.AsSpan(bit * TablesLength, TablesLength));
                for (int i = 0; i < sums.Length; i++)
                {
                    sums[i] ^= of[i];
                }
            }
        }
    }
}
