using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Backshift.Repository.Parity;

/// <summary>
/// The step that transforms consist of, on groups of 32 words: the low bytes of all of them, then the high ones. A product is looked up in tables of sixteen,
/// which a vector unit does for a register at once (Plank, Greenan, Miller, FAST '13, "Screaming Fast Galois Field Arithmetic Using Intel SIMD Instructions").
/// </summary>
internal static class Butterfly
{
    /// <summary>Words of a group.</summary>
    internal const int GroupWords = 32;

    /// <summary>Length of a group in bytes.</summary>
    internal const int Group = 2 * GroupWords;

    /// <summary>Adds b times a factor to a.</summary>
    /// <param name="tables">The tables of the factor.</param>
    /// <param name="a">Groups.</param>
    /// <param name="b">As many groups.</param>
    /// <param name="before">Whether a is added to b before that.</param>
    /// <param name="after">Whether a is added to b after that.</param>
    internal static void Step(ReadOnlySpan<byte> tables, Span<byte> a, Span<byte> b, bool before, bool after)
    {
        if (Avx2.IsSupported)
        {
            StepWide(tables, a, b, before, after);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            StepNarrow(tables, a, b, before, after);
        }
        else
        {
            StepBytes(tables, a, b, before, after);
        }
    }

    internal static void StepWide(ReadOnlySpan<byte> tables, Span<byte> a, Span<byte> b, bool before, bool after)
    {
        Span<Vector256<byte>> to = MemoryMarshal.Cast<byte, Vector256<byte>>(a), from = MemoryMarshal.Cast<byte, Vector256<byte>>(b)[..to.Length];
        ReadOnlySpan<Vector128<byte>> of = MemoryMarshal.Cast<byte, Vector128<byte>>(tables);
        Vector256<byte> low0 = Vector256.Create(of[0], of[0]), high0 = Vector256.Create(of[1], of[1]);
        Vector256<byte> low1 = Vector256.Create(of[2], of[2]), high1 = Vector256.Create(of[3], of[3]);
        Vector256<byte> low2 = Vector256.Create(of[4], of[4]), high2 = Vector256.Create(of[5], of[5]);
        Vector256<byte> low3 = Vector256.Create(of[6], of[6]), high3 = Vector256.Create(of[7], of[7]);
        Vector256<byte> half = Vector256.Create((byte)15);
        for (int i = 0; i + 1 < to.Length; i += 2)
        {
            Vector256<byte> low = from[i], high = from[i + 1], toLow = to[i], toHigh = to[i + 1];
            if (before)
            {
                low ^= toLow;
                high ^= toHigh;
            }

            Vector256<byte> n0 = low & half, n1 = Vector256.ShiftRightLogical(low.AsUInt16(), 4).AsByte() & half;
            Vector256<byte> n2 = high & half, n3 = Vector256.ShiftRightLogical(high.AsUInt16(), 4).AsByte() & half;
            toLow ^= Avx2.Shuffle(low0, n0) ^ Avx2.Shuffle(low1, n1) ^ Avx2.Shuffle(low2, n2) ^ Avx2.Shuffle(low3, n3);
            toHigh ^= Avx2.Shuffle(high0, n0) ^ Avx2.Shuffle(high1, n1) ^ Avx2.Shuffle(high2, n2) ^ Avx2.Shuffle(high3, n3);
            to[i] = toLow;
            to[i + 1] = toHigh;
            if (before || after)
            {
                from[i] = after ? low ^ toLow : low;
                from[i + 1] = after ? high ^ toHigh : high;
            }
        }
    }

    internal static void StepNarrow(ReadOnlySpan<byte> tables, Span<byte> a, Span<byte> b, bool before, bool after)
    {
        Span<Vector128<byte>> to = MemoryMarshal.Cast<byte, Vector128<byte>>(a), from = MemoryMarshal.Cast<byte, Vector128<byte>>(b)[..to.Length];
        ReadOnlySpan<Vector128<byte>> of = MemoryMarshal.Cast<byte, Vector128<byte>>(tables);
        Vector128<byte> low0 = of[0], high0 = of[1], low1 = of[2], high1 = of[3], low2 = of[4], high2 = of[5], low3 = of[6], high3 = of[7];
        Vector128<byte> half = Vector128.Create((byte)15);
        for (int i = 0; i + 2 < to.Length; i += (i & 1) == 0 ? 1 : 3)
        {
            // A group is two registers of low bytes and two of high ones: 0 and 2, then 1 and 3.
            Vector128<byte> low = from[i], high = from[i + 2], toLow = to[i], toHigh = to[i + 2];
            if (before)
            {
                low ^= toLow;
                high ^= toHigh;
            }

            Vector128<byte> n0 = low & half, n1 = Vector128.ShiftRightLogical(low.AsUInt16(), 4).AsByte() & half;
            Vector128<byte> n2 = high & half, n3 = Vector128.ShiftRightLogical(high.AsUInt16(), 4).AsByte() & half;
            toLow ^= Vector128.Shuffle(low0, n0) ^ Vector128.Shuffle(low1, n1) ^ Vector128.Shuffle(low2, n2) ^ Vector128.Shuffle(low3, n3);
            toHigh ^= Vector128.Shuffle(high0, n0) ^ Vector128.Shuffle(high1, n1) ^ Vector128.Shuffle(high2, n2) ^ Vector128.Shuffle(high3, n3);
            to[i] = toLow;
            to[i + 2] = toHigh;
            if (before || after)
            {
                from[i] = after ? low ^ toLow : low;
                from[i + 2] = after ? high ^ toHigh : high;
            }
        }
    }

    internal static void StepBytes(ReadOnlySpan<byte> tables, Span<byte> a, Span<byte> b, bool before, bool after)
    {
        for (int group = 0; group + Group <= a.Length; group += Group)
        {
            for (int i = group; i < group + GroupWords; i++)
            {
                ref byte low = ref b[i], high = ref b[i + GroupWords], toLow = ref a[i], toHigh = ref a[i + GroupWords];
                if (before)
                {
                    low ^= toLow;
                    high ^= toHigh;
                }

                int n0 = low & 15, n1 = low >> 4, n2 = high & 15, n3 = high >> 4;
                toLow ^= (byte)(tables[n0] ^ tables[32 + n1] ^ tables[64 + n2] ^ tables[96 + n3]);
                toHigh ^= (byte)(tables[16 + n0] ^ tables[48 + n1] ^ tables[80 + n2] ^ tables[112 + n3]);
                if (after)
                {
                    low ^= toLow;
                    high ^= toHigh;
                }
            }
        }
    }
}
