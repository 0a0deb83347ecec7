namespace Backshift.Chunking;

/// <summary>
/// The first stage of the cutter: H(i) = Σ K^j · x[i−j] mod 2¹⁶ over j = 0..31, where K is <paramref name="Multiplier"/>.
/// Position i is a candidate if (H(i) + C) mod 2¹⁶ &lt; 64, where C is <paramref name="Addend"/>: one position in 1024 of random data.
/// </summary>
internal readonly record struct RollingSum(ushort Multiplier, ushort Addend)
{
    /// <summary>The number of bytes that H looks at, the newest one included.</summary>
    internal const int Window = 32;

    /// <summary>A sum below this is a candidate.</summary>
    internal const int CandidateLimit = 64;

    /// <summary>SSE and AVX2 compare 16-bit lanes as signed ones only: with this bit flipped in the addend, the limit is <see cref="SignedLimit"/>.</summary>
    internal const ushort SignBit = 0x8000;

    /// <summary>The limit of a sum whose top bit is flipped.</summary>
    internal const short SignedLimit = short.MinValue + CandidateLimit;

    /// <summary>
    /// The range that every scan may read before the first position it tests: a whole window, and the byte that its own first sum looks back to.
    /// </summary>
    internal const int History = Window + 1;

    /// <summary>K raised to <paramref name="exponent"/>, mod 2¹⁶.</summary>
    internal ushort Power(int exponent)
    {
        uint power = 1;
        for (int i = 0; i < exponent; i++)
        {
            power = (ushort)(power * Multiplier);
        }

        return (ushort)power;
    }

    /// <summary>
    /// Whether a run of one byte value would be one long row of candidates. H of a run of b is b · Σ K^j; a key for which one of the 256 falls below the
    /// limit would send every byte of that run (zeros, most of all) to the second stage.
    /// </summary>
    internal bool SomeRunIsCandidate()
    {
        uint powers = 0;
        for (int j = 0; j < Window; j++)
        {
            powers += Power(j);
        }

        for (uint value = 0; value <= byte.MaxValue; value++)
        {
            if ((ushort)(value * powers + Addend) < CandidateLimit)
            {
                return true;
            }
        }

        return false;
    }
}
