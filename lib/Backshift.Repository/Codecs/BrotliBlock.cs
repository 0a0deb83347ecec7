using System.Buffers;
using System.IO.Compression;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Backshift.Repository.Codecs;

/// <summary>Blocks that are one Brotli stream (RFC 7932), compressed as well as the library can.</summary>
internal static class BrotliBlock
{
    private const int Quality = 11;
    private const int LeastWindow = 16;
    private const int GreatestWindow = 24;

    // Twice the greatest window: more than the decoder takes.
    private const nuint DecoderMemory = 32 << 20;

    /// <summary>Compresses a block.</summary>
    /// <returns>How much of the target was filled.</returns>
    /// <exception cref="InsufficientMemoryException">There is not enough memory.</exception>
    internal static int Compress(ReadOnlySpan<byte> content, byte[] target)
    {
        int window = Math.Clamp(BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)content.Length)), LeastWindow, GreatestWindow);
        if (BrotliEncoder.TryCompress(content, target, out int length, Quality, window))
        {
            return length;
        }

        // The library tells no more than that it failed.
        return target.Length < BrotliEncoder.GetMaxCompressedLength(content.Length) ? int.MaxValue
            : throw new InsufficientMemoryException("BrotliEncoderCompress: not enough memory");
    }

    /// <summary>Decompresses a block.</summary>
    /// <returns>Null, or what is wrong with it.</returns>
    /// <exception cref="InsufficientMemoryException">There is not enough memory, which says nothing about the block.</exception>
    internal static string? TryDecompress(ReadOnlySpan<byte> stored, Span<byte> content)
    {
        string? wrong = TryOnce(stored, content);
        if (wrong is null)
        {
            return null;
        }

        // The library does not tell bad streams from a lack of memory. So nothing counts as damaged before there has been enough.
        Probe();
        return TryOnce(stored, content);
    }

    private static unsafe void Probe()
    {
        try
        {
            NativeMemory.Free(NativeMemory.Alloc(DecoderMemory));
        }
        catch (OutOfMemoryException e)
        {
            throw new InsufficientMemoryException("BrotliDecoderCreateInstance: not enough memory", e);
        }
    }

    private static string? TryOnce(ReadOnlySpan<byte> stored, Span<byte> content)
    {
        using BrotliDecoder decoder = default;
        return decoder.Decompress(stored, content, out int taken, out int filled) switch
        {
            OperationStatus.Done => taken == stored.Length && filled == content.Length ? null : BlockCodec.OtherLength,
            OperationStatus.InvalidData => "cannot be decompressed: not a Brotli stream",
            _ => BlockCodec.OtherLength,
        };
    }
}
