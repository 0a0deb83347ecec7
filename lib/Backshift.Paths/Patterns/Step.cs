using System.Numerics;

namespace Backshift.Paths.Patterns;

/// <summary>One step of a pattern, and for <see cref="StepKind.Bytes"/> the set of bytes as 256 bits.</summary>
internal readonly record struct Step(StepKind Kind, ulong A = 0, ulong B = 0, ulong C = 0, ulong D = 0)
{
    internal bool IsOneByte =>
        Kind == StepKind.Bytes && BitOperations.PopCount(A) + BitOperations.PopCount(B) + BitOperations.PopCount(C) + BitOperations.PopCount(D) == 1;

    /// <summary>The lowest byte of the set.</summary>
    internal byte First => (byte)(A != 0 ? BitOperations.TrailingZeroCount(A)
        : B != 0 ? 64 + BitOperations.TrailingZeroCount(B)
        : C != 0 ? 128 + BitOperations.TrailingZeroCount(C)
        : 192 + BitOperations.TrailingZeroCount(D));

    internal static Step Of(byte b) => new Step(StepKind.Bytes).With(b);

    internal bool Contains(byte b) => ((b >> 6) switch { 0 => A, 1 => B, 2 => C, _ => D } >> (b & 63) & 1) != 0;

    internal Step With(byte b)
    {
        ulong bit = 1UL << (b & 63);
        return (b >> 6) switch
        {
            0 => this with { A = A | bit },
            1 => this with { B = B | bit },
            2 => this with { C = C | bit },
            _ => this with { D = D | bit },
        };
    }

    internal Step Without(byte b)
    {
        ulong bit = 1UL << (b & 63);
        return (b >> 6) switch
        {
            0 => this with { A = A & ~bit },
            1 => this with { B = B & ~bit },
            2 => this with { C = C & ~bit },
            _ => this with { D = D & ~bit },
        };
    }

    internal Step Inverted() => this with { A = ~A, B = ~B, C = ~C, D = ~D };
}
