using System.IO.Hashing;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Codecs;

namespace Backshift.Repository.Packs;

/// <summary>
/// Reads a pack back before it is published, and decompresses it: every chunk must match its digest, and every delta its checksum, after it was shown to give
/// its chunk when it was made. For one thread.
/// </summary>
internal sealed class PackVerification : IDisposable
{
    private readonly ChunkNaming naming;
    private readonly BlockCodec codec = new();
    private byte[] stored = [];
    private byte[] content = [];

    /// <param name="naming">How the chunks of the repository are named.</param>
    internal PackVerification(ChunkNaming naming) => this.naming = naming;

    /// <summary>Verifies all blocks.</summary>
    /// <param name="pack">The pack, as it was written.</param>
    /// <param name="directory">Its directory.</param>
    /// <returns>What is wrong; null if nothing is.</returns>
    /// <exception cref="StoreException">It cannot be read.</exception>
    internal string? FaultOf(IStoredObject pack, PackDirectory directory)
    {
        for (int block = 0; block < directory.BlockCount; block++)
        {
            if (FaultOf(pack, directory, block) is { } fault)
            {
                return $"block {block} {fault}";
            }
        }

        return null;
    }

    /// <summary>Verifies one block; of a delta only its checksum.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="directory">Its directory.</param>
    /// <param name="block">The number of the block.</param>
    /// <returns>What is wrong; null if nothing is.</returns>
    /// <exception cref="StoreException">It cannot be read.</exception>
    internal string? FaultOf(IStoredObject pack, PackDirectory directory, int block)
    {
        BlockRecord record = directory.Block(block);
        Grow(ref stored, record.Stored);
        Span<byte> bytes = stored.AsSpan(0, record.Stored);
        if (pack.ReadAt(bytes, record.Offset) != bytes.Length)
        {
            return "is cut short";
        }

        if (Crc32.HashToUInt32(bytes) != record.Crc)
        {
            return "does not match its CRC";
        }

        if (record.Prefixes > 0)
        {
            return null;
        }

        Grow(ref content, record.Content);
        if (codec.TryDecompress(record.Codec, bytes, [], content.AsSpan(0, record.Content)) is { } trouble)
        {
            return trouble;
        }

        int at = 0;
        for (int slot = directory.FirstSlot(block); slot < directory.FirstSlot(block + 1); slot++)
        {
            int size = directory.SizeAt(slot);
            if (naming.Of(content.AsSpan(at, size)) != directory.DigestAt(slot))
            {
                return $"does not match the digest of chunk {directory.DigestAt(slot)}";
            }

            at += size;
        }

        return null;
    }

    private static void Grow(ref byte[] array, int length)
    {
        if (array.Length < length)
        {
            array = GC.AllocateUninitializedArray<byte>(length);
        }
    }

    public void Dispose() => codec.Dispose();
}
