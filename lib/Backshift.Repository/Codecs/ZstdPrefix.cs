using System.Runtime.InteropServices;

namespace Backshift.Repository.Codecs;

/// <summary>
/// The few calls of libzstd that work against a prefix (zstd.h, ZSTD_CCtx_refPrefix), in the library that ZstdNet brings along. ZstdNet itself only
/// has dictionaries, which are digested and thrown away again for each use.
/// </summary>
internal sealed unsafe partial class ZstdPrefix : IDisposable
{
    private const int CompressionLevelParameter = 100;
    private const int MemoryAllocationError = 64;

    private nint compressor;
    private nint decompressor;

    /// <summary>Compresses <paramref name="content"/>; returns how much of the target was filled.</summary>
    /// <exception cref="InvalidOperationException">The library refused, which it does only if the target is too short.</exception>
    /// <exception cref="InsufficientMemoryException">There is not enough memory.</exception>
    internal int Compress(int level, ReadOnlySpan<byte> content, ReadOnlySpan<byte> prefix, Span<byte> target)
    {
        compressor = compressor == 0 ? Created(CreateCompressor(), "ZSTD_createCCtx") : compressor;
        fixed (byte* from = content, before = prefix, to = target)
        {
            Check(SetParameter(compressor, CompressionLevelParameter, level), "ZSTD_CCtx_setParameter");
            Check(ReferToPrefix(compressor, before, (nuint)prefix.Length), "ZSTD_CCtx_refPrefix");
            return (int)Check(Compress(compressor, to, (nuint)target.Length, from, (nuint)content.Length), "ZSTD_compress2");
        }
    }

    /// <summary>Decompresses; returns how much of the target was filled.</summary>
    /// <exception cref="InvalidOperationException">The frame is damaged.</exception>
    /// <exception cref="InsufficientMemoryException">There is not enough memory.</exception>
    internal int Decompress(ReadOnlySpan<byte> stored, ReadOnlySpan<byte> prefix, Span<byte> target)
    {
        decompressor = decompressor == 0 ? Created(CreateDecompressor(), "ZSTD_createDCtx") : decompressor;
        fixed (byte* from = stored, before = prefix, to = target)
        {
            Check(ReferToPrefixInDecompressor(decompressor, before, (nuint)prefix.Length), "ZSTD_DCtx_refPrefix");
            return (int)Check(Decompress(decompressor, to, (nuint)target.Length, from, (nuint)stored.Length), "ZSTD_decompressDCtx");
        }
    }

    public void Dispose()
    {
        // Free takes a null, but each call loads the library, which may be missing.
        if (compressor != 0)
        {
            _ = FreeCompressor(compressor);
        }

        if (decompressor != 0)
        {
            _ = FreeDecompressor(decompressor);
        }

        compressor = decompressor = 0;
    }

    private static nint Created(nint context, string call) => context != 0 ? context : throw NoMemory(call);

    private static nuint Check(nuint result, string call) => IsError(result) == 0 ? result : throw (ErrorCode(result) == MemoryAllocationError
        ? NoMemory(call) : new InvalidOperationException($"libzstd: {Marshal.PtrToStringUTF8(ErrorName(result))}"));

    /// <summary>Not a bug, and not a word about what was compressed.</summary>
    internal static InsufficientMemoryException NoMemory(string call, Exception? cause = null) => new($"libzstd: not enough memory ({call})", cause);

    [LibraryImport("libzstd", EntryPoint = "ZSTD_createCCtx")]
    private static partial nint CreateCompressor();

    [LibraryImport("libzstd", EntryPoint = "ZSTD_freeCCtx")]
    private static partial nuint FreeCompressor(nint context);

    [LibraryImport("libzstd", EntryPoint = "ZSTD_CCtx_setParameter")]
    private static partial nuint SetParameter(nint context, int parameter, int value);

    [LibraryImport("libzstd", EntryPoint = "ZSTD_CCtx_refPrefix")]
    private static partial nuint ReferToPrefix(nint context, byte* prefix, nuint length);

    [LibraryImport("libzstd", EntryPoint = "ZSTD_compress2")]
    private static partial nuint Compress(nint context, byte* target, nuint capacity, byte* source, nuint length);

    [LibraryImport("libzstd", EntryPoint = "ZSTD_createDCtx")]
    private static partial nint CreateDecompressor();

    [LibraryImport("libzstd", EntryPoint = "ZSTD_freeDCtx")]
    private static partial nuint FreeDecompressor(nint context);

    [LibraryImport("libzstd", EntryPoint = "ZSTD_DCtx_refPrefix")]
    private static partial nuint ReferToPrefixInDecompressor(nint context, byte* prefix, nuint length);

    [LibraryImport("libzstd", EntryPoint = "ZSTD_decompressDCtx")]
    private static partial nuint Decompress(nint context, byte* target, nuint capacity, byte* source, nuint length);

    [LibraryImport("libzstd", EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint code);

    [LibraryImport("libzstd", EntryPoint = "ZSTD_getErrorCode")]
    private static partial int ErrorCode(nuint result);

    [LibraryImport("libzstd", EntryPoint = "ZSTD_getErrorName")]
    private static partial nint ErrorName(nuint code);
}
