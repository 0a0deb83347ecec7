using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Backshift.Repository.Parity;

/// <summary>
/// Arithmetic in GF(2⁸) with the polynomial x⁸+x⁴+x³+x²+1. A product of two bytes is looked up in two tables of sixteen, one for each half of a byte, which a
/// vector unit does for a whole register at once (Plank, Greenan, Miller, FAST '13, "Screaming Fast Galois Field Arithmetic Using Intel SIMD Instructions").
/// </summary>
internal static class GaloisField
{
    private const int Polynomial = 0x11D;
    private const int Nibbles = 16;

    private static readonly byte[] Logarithms = new byte[256];
    private static readonly byte[] Powers = new byte[510];

    // For each factor its products with 0 to 15, then with 0, 16, 32, ... 240.
    private static readonly byte[] Products = new byte[256 * 2 * Nibbles];

    static GaloisField()
    {
        int power = 1;
        for (int i = 0; i < 255; i++)
        {
            Powers[i] = Powers[i + 255] = (byte)power;
            Logarithms[power] = (byte)i;
            power <<= 1;
            power ^= power > 255 ? Polynomial : 0;
        }

        for (int factor = 0; factor < 256; factor++)
        {
            for (int i = 0; i < Nibbles; i++)
            {
                Products[(factor * 2 * Nibbles) + i] = Multiply((byte)factor, (byte)i);
                Products[(factor * 2 * Nibbles) + Nibbles + i] = Multiply((byte)factor, (byte)(i << 4));
            }
        }
    }

    internal static byte Multiply(byte a, byte b) => a == 0 || b == 0 ? (byte)0 : Powers[Logarithms[a] + Logarithms[b]];

    /// <summary>The number whose product with <paramref name="a"/>, which is not 0, is 1.</summary>
    internal static byte Inverse(byte a) => Powers[255 - Logarithms[a]];

    /// <summary>Adds a multiple of a row to another row.</summary>
    /// <param name="factor">By which each byte is multiplied.</param>
    /// <param name="source">The row.</param>
    /// <param name="target">The other one, as long as <paramref name="source"/>.</param>
    internal static void AddProduct(byte factor, ReadOnlySpan<byte> source, Span<byte> target)
    {
        if (target.Length != source.Length)
        {
            throw new ArgumentException("two rows have different lengths", nameof(target));
        }

        ReadOnlySpan<byte> products = Products.AsSpan(factor * 2 * Nibbles, 2 * Nibbles);
        Vector128<byte> low = Vector128.Create(products[..Nibbles]), high = Vector128.Create(products[Nibbles..]);
        int done = Avx2.IsSupported ? AddWide(low, high, source, target) : 0;
        done += AddNarrow(low, high, source[done..], target[done..]);
        for (int i = done; i < source.Length; i++)
        {
            target[i] ^= (byte)(products[source[i] & 15] ^ products[Nibbles + (source[i] >> 4)]);
        }
    }

    private static int AddWide(Vector128<byte> low, Vector128<byte> high, ReadOnlySpan<byte> source, Span<byte> target)
    {
        Vector256<byte> lows = Vector256.Create(low, low), highs = Vector256.Create(high, high), half = Vector256.Create((byte)15);
        ReadOnlySpan<Vector256<byte>> from = MemoryMarshal.Cast<byte, Vector256<byte>>(source);
        Span<Vector256<byte>> to = MemoryMarshal.Cast<byte, Vector256<byte>>(target);
        for (int i = 0; i < from.Length; i++)
        {
            Vector256<byte> bytes = from[i];
            Vector256<byte> upper = Vector256.ShiftRightLogical(bytes.AsUInt16(), 4).AsByte() & half;
            to[i] ^= Avx2.Shuffle(lows, bytes & half) ^ Avx2.Shuffle(highs, upper);
        }

        return from.Length * Vector256<byte>.Count;
    }

    private static int AddNarrow(Vector128<byte> low, Vector128<byte> high, ReadOnlySpan<byte> source, Span<byte> target)
    {
        Vector128<byte> half = Vector128.Create((byte)15);
        ReadOnlySpan<Vector128<byte>> from = MemoryMarshal.Cast<byte, Vector128<byte>>(source);
        Span<Vector128<byte>> to = MemoryMarshal.Cast<byte, Vector128<byte>>(target);
        for (int i = 0; i < from.Length; i++)
        {
            Vector128<byte> bytes = from[i];
            Vector128<byte> upper = Vector128.ShiftRightLogical(bytes.AsUInt16(), 4).AsByte() & half;
            to[i] ^= Vector128.Shuffle(low, bytes & half) ^ Vector128.Shuffle(high, upper);
        }

        return from.Length * Vector128<byte>.Count;
    }
}
