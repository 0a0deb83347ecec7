using System.Buffers.Binary;
using Backshift.Records;

namespace Backshift.Scale;

/// <summary>Digests of chunks that have no content: made of the number of the chunk, and as uniform as true ones.</summary>
internal static class SyntheticDigest
{
    internal static Digest Of(long number)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        ulong seed = (ulong)number * 3;
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Mix(seed));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Mix(seed + 1));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[16..], Mix(seed + 2));
        return new Digest(bytes);
    }

    /// <summary>The output function of SplitMix64 (Steele, Lea, Flood, OOPSLA '14), which maps no two numbers to one.</summary>
    internal static ulong Mix(ulong value)
    {
        value = (value + 1) * 0x9e3779b97f4a7c15;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
