using ManagedZstd = SharpCompress.Compressors.ZStandard;

namespace Backshift.Repository.Codecs;

/// <summary>Compresses and decompresses blocks. Each thread has one of its own: the contexts inside are large and not shared.</summary>
/// <remarks>
/// Zstandard is the native library where it loads, 1.4 to 1.9 times as fast as the managed port, which stands in elsewhere; their frames are the same format.
/// </remarks>
internal sealed class BlockCodec : IDisposable
{
    /// <summary>What is wrong with a block of another length.</summary>
    internal const string OtherLength = "has a different length than it says";

    private readonly bool managed;
    private readonly ZstdPrefix withPrefix = new();
    private ZstdNet.Compressor? compressor;
    private ZstdNet.Decompressor? decompressor;
    private ManagedZstd.Compressor? managedCompressor;
    private ManagedZstd.Decompressor? managedDecompressor;
    private int level;

    /// <param name="managed">Use the managed port even if the native library loads.</param>
    internal BlockCodec(bool managed = false) => this.managed = managed || !NativeZstd.IsAvailable;

    /// <summary>How large the target of <see cref="Compress"/> must be.</summary>
    internal static int Bound(int length) => length + (length >> 7) + 4096;

    /// <summary>Compresses a block.</summary>
    /// <param name="choice">With what.</param>
    /// <param name="content">Its content.</param>
    /// <param name="target">At least <see cref="Bound"/> long.</param>
    /// <param name="length">How much of the target was filled.</param>
    /// <returns>The codec that was used: none, with nothing in the target, where the content would not become smaller.</returns>
    internal Codec Compress(CodecChoice choice, ReadOnlySpan<byte> content, byte[] target, out int length)
    {
        length = choice.Codec switch
        {
            Codec.Zstd => CompressZstd(choice.Level, content, target),
            Codec.Brotli => BrotliBlock.Compress(content, target),
            Codec.Lzma => LzmaBlock.Compress(content, target),
            _ => content.Length,
        };
        if (choice.Codec == Codec.None || length >= content.Length)
        {
            length = 0;
            return Codec.None;
        }

        return choice.Codec;
    }

    /// <summary>Decompresses a block.</summary>
    /// <param name="codec">How it is stored.</param>
    /// <param name="stored">The stored bytes.</param>
    /// <param name="prefix">The contents of its prefixes, concatenated.</param>
    /// <param name="content">Exactly as long as its content.</param>
    /// <returns>Null, or what is wrong with it.</returns>
    /// <exception cref="InsufficientMemoryException">There is not enough memory, which says nothing about the block.</exception>
    internal string? TryDecompress(Codec codec, ReadOnlySpan<byte> stored, ReadOnlySpan<byte> prefix, Span<byte> content)
    {
        try
        {
            switch (codec)
            {
                case Codec.None when stored.Length == content.Length:
                    stored.CopyTo(content);
                    return null;
                case Codec.Zstd:
                    return DecompressZstd(stored, content) == content.Length ? null : OtherLength;
                case Codec.ZstdWithPrefix:
                    return DecompressWithPrefix(stored, prefix, content) == content.Length ? null : OtherLength;
                case Codec.Brotli:
                    return BrotliBlock.TryDecompress(stored, content);
                case Codec.Lzma:
                    return LzmaBlock.TryDecompress(stored, content);
                case Codec.None:
                    return OtherLength;
                default:
                    return $"is stored with the codec {(byte)codec}, which is not known here";
            }
        }
        catch (Exception e) when (IsDamage(e))
        {
            return $"cannot be decompressed: {e.Message}";
        }
        catch (ZstdNet.ZstdException e) when (e.Code == ZstdNet.ZSTD_ErrorCode.ZSTD_error_memory_allocation)
        {
            throw ZstdPrefix.NoMemory("ZSTD_decompressDCtx", e);
        }
    }

    /// <summary>
    /// Whether an exception is one of those that the libraries throw at bytes that are no frame of theirs. A block must not pass for damaged where this process
    /// has not enough memory, or uses a codec that it has closed.
    /// </summary>
    internal static bool IsDamage(Exception e) => e switch
    {
        ObjectDisposedException => false,
        ZstdNet.ZstdException native => native.Code != ZstdNet.ZSTD_ErrorCode.ZSTD_error_memory_allocation,
        _ => e is ManagedZstd.ZstdException or SharpCompress.Common.SharpCompressException or IOException or ArgumentException or ArithmeticException
            or IndexOutOfRangeException or InvalidDataException or InvalidOperationException,
    };

    /// <summary>Whether these bytes would be taken for a dictionary with tables; such a prefix is not used.</summary>
    internal static bool LooksLikeDictionary(ReadOnlySpan<byte> prefix) => prefix.StartsWith((ReadOnlySpan<byte>)[0x37, 0xA4, 0x30, 0xEC]);

    /// <summary>Compresses a chunk against the contents of others; see backshift-repository(5), codec 3.</summary>
    /// <returns>How much of the target was filled.</returns>
    internal int CompressWithPrefix(int level, ReadOnlySpan<byte> content, ReadOnlySpan<byte> prefix, Span<byte> target)
    {
        if (managed)
        {
            using ManagedZstd.Compressor compressor = new(level);
            compressor.LoadDictionary(prefix);
            return compressor.Wrap(content, target);
        }

        return withPrefix.Compress(level, content, prefix, target);
    }

    private int CompressZstd(int wanted, ReadOnlySpan<byte> content, byte[] target)
    {
        if (level != wanted)
        {
            compressor?.Dispose();
            managedCompressor?.Dispose();
            compressor = null;
            managedCompressor = null;
            level = wanted;
        }

        if (managed)
        {
            managedCompressor ??= new ManagedZstd.Compressor(level);
            return managedCompressor.Wrap(content, target);
        }

        compressor ??= new ZstdNet.Compressor(new ZstdNet.CompressionOptions(level));
        return compressor.Wrap(content, target.AsSpan());
    }

    private int DecompressZstd(ReadOnlySpan<byte> stored, Span<byte> content)
    {
        if (managed)
        {
            managedDecompressor ??= new ManagedZstd.Decompressor();
            return managedDecompressor.Unwrap(stored, content);
        }

        decompressor ??= OpenDecompressor();
        return decompressor.Unwrap(stored, content, bufferSizePrecheck: false);
    }

    private static ZstdNet.Decompressor OpenDecompressor()
    {
        try
        {
            return new ZstdNet.Decompressor();
        }
        catch (ZstdNet.ZstdException e)
        {
            throw ZstdPrefix.NoMemory("ZSTD_createDCtx", e);
        }
    }

    private int DecompressWithPrefix(ReadOnlySpan<byte> stored, ReadOnlySpan<byte> prefix, Span<byte> content)
    {
        if (managed)
        {
            using ManagedZstd.Decompressor decompressor = new();
            decompressor.LoadDictionary(prefix);
            return decompressor.Unwrap(stored, content);
        }

        return withPrefix.Decompress(stored, prefix, content);
    }

    public void Dispose()
    {
        withPrefix.Dispose();
        compressor?.Dispose();
        decompressor?.Dispose();
        managedCompressor?.Dispose();
        managedDecompressor?.Dispose();
    }
}
