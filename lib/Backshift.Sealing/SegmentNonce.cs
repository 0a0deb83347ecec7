using System.Buffers.Binary;

namespace Backshift.Sealing;

/// <summary>The nonce of a segment: its number, and whether it is the last one; see backshift-repository(5), "Sealed packs and runs".</summary>
internal static class SegmentNonce
{
    internal const int Size = 12;

    internal static void Write(long number, bool isLast, Span<byte> nonce)
    {
        BinaryPrimitives.WriteInt64LittleEndian(nonce, number);
        BinaryPrimitives.WriteInt32LittleEndian(nonce[sizeof(long)..], isLast ? 1 : 0);
    }
}
