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

    private static readonly Lock gate = new();

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
        try
        {
            if (TryOnce(stored, content) is null)
            {
                return null;
            }
        }
        catch (IOException)
        {
            // What it throws where there is no memory for a decoder.
        }

        // The library does not tell bad streams from a lack of memory. So nothing counts as damaged before there has been enough: for one thread at a time, or
        // several would find the same memory free.
        lock (gate)
        {
            try
            {
                Probe();
                return TryOnce(stored, content);
            }
            catch (Exception e) when (e is OutOfMemoryException or IOException)
            {
                throw new InsufficientMemoryException("BrotliDecoderCreateInstance: not enough memory", e);
            }
        }
    }

    private static unsafe void Probe() => NativeMemory.Free(NativeMemory.Alloc(DecoderMemory));

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
