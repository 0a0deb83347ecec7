using System.Buffers.Binary;

namespace Backshift.Chunking;

/// <summary>The secret of the cutter, derived from a 32-byte seed: equal seeds cut equal content at equal places.</summary>
public sealed class CutterKey
{
    /// <summary>The length of a seed in bytes.</summary>
    public const int SeedLength = 32;

    /// <summary>The length of <see cref="Identity"/> in bytes.</summary>
    public const int IdentityLength = 8;

    private const int HalfLength = SeedLength / 2;

    private readonly byte[] _identity = new byte[IdentityLength];

    /// <summary>Derives the key from <paramref name="seed"/>; the span is not kept.</summary>
    public CutterKey(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedLength)
        {
            throw new ArgumentException($"a cutter seed is {SeedLength} bytes, not {seed.Length}", nameof(seed));
        }

        ReadOnlySpan<byte> windows = seed[..HalfLength];
        WindowKey0 = BinaryPrimitives.ReadUInt64LittleEndian(windows);
        WindowKey1 = BinaryPrimitives.ReadUInt64LittleEndian(windows[sizeof(ulong)..]);
        Sum = Draw(seed[HalfLength..]);
        BinaryPrimitives.WriteUInt64LittleEndian(_identity, SipHash.Hash(WindowKey0, WindowKey1, "backshift"u8));
    }

    /// <summary>The seed of every repository that has no secret of its own.</summary>
    public static ReadOnlySpan<byte> PublicSeed => "backshift public cutter seed v1."u8;

    /// <summary>Eight bytes that are equal for equal seeds and give nothing of the seed away.</summary>
    public ReadOnlySpan<byte> Identity => _identity;

    internal RollingSum Sum { get; }

    internal ulong WindowKey0 { get; }

    internal ulong WindowKey1 { get; }

    private static RollingSum Draw(ReadOnlySpan<byte> half)
    {
        ulong k0 = BinaryPrimitives.ReadUInt64LittleEndian(half);
        ulong k1 = BinaryPrimitives.ReadUInt64LittleEndian(half[sizeof(ulong)..]);
        Span<byte> number = stackalloc byte[sizeof(ulong)];

        // One draw in four is refused, so this ends; K ≡ 3 (mod 8) has the multiplicative order 2¹⁴, the largest there is.
        for (ulong n = 0; ; n++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(number, n);
            ulong random = SipHash.Hash(k0, k1, number);
            RollingSum sum = new((ushort)((random & 0xfff8) | 3), (ushort)(random >> 16));
            if (!sum.SomeRunIsCandidate())
            {
                return sum;
            }
        }
    }
}
