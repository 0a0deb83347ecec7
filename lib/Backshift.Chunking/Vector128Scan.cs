using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Backshift.Chunking;

/// <summary>
/// Prefix doubling in eight lanes of 16 bits. With h1[i] = x[i], and h2n[i] = hn[i] + Kⁿ·hn[i−n], h32 is the sum of all 32 terms after five
/// multiplications instead of 32, with no table and no chain from one position to the next; mod 2¹⁶ the order of terms does not matter.
/// hn[i−n] is the vector of hn moved by n lanes, filled up from the vector before; the first window only primes those.
/// </summary>
internal static class Vector128Scan
{
    private const int Lanes = 8;

    internal static bool IsSupported => Sse41.IsSupported || AdvSimd.IsSupported;

    /// <inheritdoc cref="CandidateScan.Find"/>
    internal static void Find(RollingSum sum, ReadOnlySpan<byte> bytes, Span<ulong> candidates)
    {
        if (!IsSupported)
        {
            throw new PlatformNotSupportedException();
        }

        Doubling doubling = new(sum);
        ref byte position = ref Unsafe.Add(ref MemoryMarshal.GetReference(bytes), 1);
        for (int i = 0; i < RollingSum.Window; i += 2 * Lanes)
        {
            doubling.Test(ref Unsafe.Add(ref position, i));
        }

        position = ref Unsafe.Add(ref position, RollingSum.Window);
        for (int w = 0; w < candidates.Length; w++)
        {
            ulong a = doubling.Test(ref position);
            ulong b = doubling.Test(ref Unsafe.Add(ref position, 2 * Lanes));
            ulong c = doubling.Test(ref Unsafe.Add(ref position, 4 * Lanes));
            ulong d = doubling.Test(ref Unsafe.Add(ref position, 6 * Lanes));
            candidates[w] = a | (b << 16) | (c << 32) | (d << 48);
            position = ref Unsafe.Add(ref position, CandidateScan.WordBits);
        }
    }

    // Inlined, or the whole of it lives in memory instead of registers: ahead of time the compiler would call the constructor.
    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    private struct Doubling(RollingSum sum)
    {
        private readonly Vector128<ushort> _k1 = Vector128.Create(sum.Power(1));
        private readonly Vector128<ushort> _k2 = Vector128.Create(sum.Power(2));
        private readonly Vector128<ushort> _k4 = Vector128.Create(sum.Power(4));
        private readonly Vector128<ushort> _k8 = Vector128.Create(sum.Power(8));
        private readonly Vector128<ushort> _k16 = Vector128.Create(sum.Power(16));
        private readonly Vector128<ushort> _addend = Vector128.Create((ushort)(sum.Addend ^ RollingSum.SignBit));
        private Vector128<ushort> _h2;
        private Vector128<ushort> _h4;
        private Vector128<ushort> _h8;
        private Vector128<ushort> _h16Before;
        private Vector128<ushort> _h16;

        /// <summary>Tests sixteen positions, two vectors of them: then h16[i−16] is the vector of the call before, and nothing is moved.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal ulong Test(ref byte position)
        {
            Vector128<byte> x = Vector128.LoadUnsafe(ref position);
            Vector128<byte> previous = Vector128.LoadUnsafe(ref Unsafe.Subtract(ref position, 1));
            Vector128<ushort> h2 = Vector128.WidenLower(x) + _k1 * Vector128.WidenLower(previous);
            Vector128<ushort> next2 = Vector128.WidenUpper(x) + _k1 * Vector128.WidenUpper(previous);
            Vector128<ushort> h4 = h2 + _k2 * MoveByTwo(_h2, h2);
            Vector128<ushort> next4 = next2 + _k2 * MoveByTwo(h2, next2);
            Vector128<ushort> h8 = h4 + _k4 * MoveByFour(_h4, h4);
            Vector128<ushort> next8 = next4 + _k4 * MoveByFour(h4, next4);
            Vector128<ushort> h16 = h8 + _k8 * _h8;
            Vector128<ushort> next16 = next8 + _k8 * h8;
            Vector128<short> first = IsCandidate(h16 + _k16 * _h16Before);
            Vector128<short> second = IsCandidate(next16 + _k16 * _h16);
            _h2 = next2;
            _h4 = next4;
            _h8 = next8;
            _h16Before = h16;
            _h16 = next16;
            return Vector128.NarrowWithSaturation(first, second).ExtractMostSignificantBits();
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly Vector128<short> IsCandidate(Vector128<ushort> h) =>
            Vector128.LessThan((h + _addend).AsInt16(), Vector128.Create(RollingSum.SignedLimit));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<ushort> MoveByTwo(Vector128<ushort> before, Vector128<ushort> here) => AdvSimd.IsSupported
            ? AdvSimd.ExtractVector128(before, here, Lanes - 2)
            : Ssse3.AlignRight(here, before, 2 * (Lanes - 2));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<ushort> MoveByFour(Vector128<ushort> before, Vector128<ushort> here) => AdvSimd.IsSupported
            ? AdvSimd.ExtractVector128(before, here, Lanes - 4)
            : Ssse3.AlignRight(here, before, 2 * (Lanes - 4));
    }
}
