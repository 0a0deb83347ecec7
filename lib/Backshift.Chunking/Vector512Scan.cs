using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Backshift.Chunking;

/// <summary>Prefix doubling in thirty-two lanes of 16 bits; <see cref="Vector128Scan"/> tells how it works.</summary>
internal static class Vector512Scan
{
    private const int Lanes = 32;

    internal static bool IsSupported => Avx512BW.IsSupported;

    /// <inheritdoc cref="CandidateScan.Find"/>
    internal static void Find(RollingSum sum, ReadOnlySpan<byte> bytes, Span<ulong> candidates)
    {
        if (!IsSupported)
        {
            throw new PlatformNotSupportedException();
        }

        Doubling doubling = new(sum);
        ref byte position = ref Unsafe.Add(ref MemoryMarshal.GetReference(bytes), 1);
        doubling.Test(ref position);
        position = ref Unsafe.Add(ref position, RollingSum.Window);
        for (int w = 0; w < candidates.Length; w++)
        {
            ulong low = doubling.Test(ref position);
            ulong high = doubling.Test(ref Unsafe.Add(ref position, Lanes));
            candidates[w] = low | (high << Lanes);
            position = ref Unsafe.Add(ref position, CandidateScan.WordBits);
        }
    }

    // Inlined, or the whole of it lives in memory instead of registers: ahead of time the compiler would call the constructor.
    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    private struct Doubling(RollingSum sum)
    {
        private readonly Vector512<ushort> _k1 = Vector512.Create(sum.Power(1));
        private readonly Vector512<ushort> _k2 = Vector512.Create(sum.Power(2));
        private readonly Vector512<ushort> _k4 = Vector512.Create(sum.Power(4));
        private readonly Vector512<ushort> _k8 = Vector512.Create(sum.Power(8));
        private readonly Vector512<ushort> _k16 = Vector512.Create(sum.Power(16));
        private readonly Vector512<ushort> _addend = Vector512.Create(sum.Addend);
        private Vector512<ushort> _h2;
        private Vector512<ushort> _h4;
        private Vector512<ushort> _h8;
        private Vector512<ushort> _h16;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal ulong Test(ref byte position)
        {
            // Shifts by 2, 4, 8 and 16 lanes are whole words of 32 or 64 bits, which one instruction moves across the entire vector.
            Vector512<ushort> h2 = Widen(ref position) + _k1 * Widen(ref Unsafe.Subtract(ref position, 1));
            Vector512<ushort> h4 = h2 + _k2 * Avx512F.AlignRight32(h2.AsUInt32(), _h2.AsUInt32(), 16 - 1).AsUInt16();
            _h2 = h2;
            Vector512<ushort> h8 = h4 + _k4 * Avx512F.AlignRight64(h4.AsUInt64(), _h4.AsUInt64(), 8 - 1).AsUInt16();
            _h4 = h4;
            Vector512<ushort> h16 = h8 + _k8 * Avx512F.AlignRight64(h8.AsUInt64(), _h8.AsUInt64(), 8 - 2).AsUInt16();
            _h8 = h8;
            Vector512<ushort> h32 = h16 + _k16 * Avx512F.AlignRight64(h16.AsUInt64(), _h16.AsUInt64(), 8 - 4).AsUInt16() + _addend;
            _h16 = h16;
            return Vector512.LessThan(h32, Vector512.Create((ushort)RollingSum.CandidateLimit)).ExtractMostSignificantBits();
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<ushort> Widen(ref byte position) =>
            Avx512BW.ConvertToVector512UInt16(Vector256.LoadUnsafe(ref position));
    }
}
