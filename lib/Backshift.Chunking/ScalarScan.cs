namespace Backshift.Chunking;

/// <summary>The rolling form: H(i) = K·H(i−1) + x[i] − K³²·x[i−32].</summary>
internal static class ScalarScan
{
    /// <inheritdoc cref="CandidateScan.Find"/>
    internal static void Find(RollingSum sum, ReadOnlySpan<byte> bytes, Span<ulong> candidates)
    {
        uint k = sum.Multiplier;
        uint squared = k * k;
        uint leaves = sum.Power(RollingSum.Window);

        // Only the low 16 bits of h mean anything; the high ones are carried along, since what is cut off last need not be cut off before.
        uint h = 0;
        foreach (byte entering in bytes[..RollingSum.History])
        {
            h = h * k + entering;
        }

        h -= leaves * bytes[0];
        ReadOnlySpan<byte> leaving = bytes[1..];
        ReadOnlySpan<byte> arriving = bytes[RollingSum.History..];
        for (int w = 0; w < candidates.Length; w++)
        {
            // Two positions a turn, both from the sum before them: the chain from one turn to the next is one multiplication, not two.
            ReadOnlySpan<byte> old = leaving.Slice(w * CandidateScan.WordBits, CandidateScan.WordBits);
            ReadOnlySpan<byte> fresh = arriving.Slice(w * CandidateScan.WordBits, CandidateScan.WordBits);
            ulong word = 0;
            for (int b = 0; b < CandidateScan.WordBits; b += 2)
            {
                uint one = fresh[b] - leaves * old[b];
                uint two = fresh[b + 1] - leaves * old[b + 1];
                uint odd = h * k + one;
                h = h * squared + (k * one + two);
                if ((ushort)(odd + sum.Addend) < RollingSum.CandidateLimit)
                {
                    word |= 1UL << b;
                }

                if ((ushort)(h + sum.Addend) < RollingSum.CandidateLimit)
                {
                    word |= 2UL << b;
                }
            }

            candidates[w] = word;
        }
    }
}
