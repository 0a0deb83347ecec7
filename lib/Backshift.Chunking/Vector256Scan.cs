using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Backshift.Chunking;

/// <summary>Prefix doubling in sixteen lanes of 16 bits; <see cref="Vector128Scan"/> tells how it works.</summary>
internal static class Vector256Scan
{
    private const int Lanes = 16;

    internal static bool IsSupported => Avx2.IsSupported;

    /// <inheritdoc cref="CandidateScan.Find"/>
    internal static void Find(RollingSum sum, ReadOnlySpan<byte> bytes, Span<ulong> candidates)
    {
        if (!IsSupported)
        {
            throw new PlatformNotSupportedException();
        }

        Doubling doubling = new(sum);
        ref byte position = ref Unsafe.Add(ref MemoryMarshal.GetReference(bytes), 1);
        for (int i = 0; i < RollingSum.Window; i += Lanes)
        {
            doubling.Test(ref Unsafe.Add(ref position, i));
        }

        position = ref Unsafe.Add(ref position, RollingSum.Window);
        for (int w = 0; w < candidates.Length; w++)
        {
            Vector256<short> a = doubling.Test(ref position);
            Vector256<short> b = doubling.Test(ref Unsafe.Add(ref position, Lanes));
            Vector256<short> c = doubling.Test(ref Unsafe.Add(ref position, 2 * Lanes));
            Vector256<short> d = doubling.Test(ref Unsafe.Add(ref position, 3 * Lanes));
            ulong low = Vector256.NarrowWithSaturation(a, b).ExtractMostSignificantBits();
            ulong high = Vector256.NarrowWithSaturation(c, d).ExtractMostSignificantBits();
            candidates[w] = low | (high << 32);
            position = ref Unsafe.Add(ref position, CandidateScan.WordBits);
        }
    }

    // Inlined, or the whole of it lives in memory instead of registers: ahead of time the compiler would call the constructor.
    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    private struct Doubling(RollingSum sum)
    {
        private readonly Vector256<ushort> _k1 = Vector256.Create(sum.Power(1));
        private readonly Vector256<ushort> _k2 = Vector256.Create(sum.Power(2));
        private readonly Vector256<ushort> _k4 = Vector256.Create(sum.Power(4));
        private readonly Vector256<ushort> _k8 = Vector256.Create(sum.Power(8));
        private readonly Vector256<ushort> _k16 = Vector256.Create(sum.Power(16));
        private readonly Vector256<ushort> _addend = Vector256.Create((ushort)(sum.Addend ^ RollingSum.SignBit));
        private Vector256<ushort> _h2;
        private Vector256<ushort> _h4;
        private Vector256<ushort> _h8;
        private Vector256<ushort> _h16;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal Vector256<short> Test(ref byte position)
        {
            Vector256<ushort> h2 = Widen(ref position) + _k1 * Widen(ref Unsafe.Subtract(ref position, 1));

            // Joined is the upper half of the lanes before and the lower half of these, which is what AlignRight wants within each half.
            Vector256<ushort> joined = Avx2.Permute2x128(_h2, h2, 0x21);
            Vector256<ushort> h4 = h2 + _k2 * Avx2.AlignRight(h2, joined, 16 - 2 * 2);
            _h2 = h2;

            joined = Avx2.Permute2x128(_h4, h4, 0x21);
            Vector256<ushort> h8 = h4 + _k4 * Avx2.AlignRight(h4, joined, 16 - 2 * 4);
            _h4 = h4;

            joined = Avx2.Permute2x128(_h8, h8, 0x21);
            Vector256<ushort> h16 = h8 + _k8 * joined;
            _h8 = h8;

            Vector256<ushort> h32 = h16 + _k16 * _h16 + _addend;
            _h16 = h16;
            return Vector256.LessThan(h32.AsInt16(), Vector256.Create(RollingSum.SignedLimit));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<ushort> Widen(ref byte position) =>
            Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref position)).AsUInt16();
    }
}
