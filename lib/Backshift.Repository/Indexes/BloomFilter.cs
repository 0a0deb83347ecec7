using System.Buffers.Binary;

namespace Backshift.Repository.Indexes;

/// <summary>
/// The split block Bloom filter of Apache Parquet over the keys of a run: one cache line a lookup, built in a stream. At ten bits a key
/// about one absent key in a hundred is taken for present, which costs a read of one page.
/// </summary>
internal sealed class BloomFilter
{
    internal const int BlockSize = 32;
    private const int BitsPerKey = 10;
    private const int Words = 8;

    private static readonly uint[] Salts = [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31];

    private readonly byte[] bytes;

    /// <param name="bytes">The filter as stored, a multiple of <see cref="BlockSize"/>.</param>
    internal BloomFilter(byte[] bytes) => this.bytes = bytes;

    /// <summary>How many blocks a filter for so many keys has.</summary>
    internal static int BlocksFor(long keys) => checked((int)(((keys * BitsPerKey) + (BlockSize * 8) - 1) / (BlockSize * 8)));

    internal ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>The number of the block that has the bits of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="blocks">How many blocks the filter has; not 0.</param>
    internal static long BlockOf(ulong key, long blocks) => (long)(((key >> 32) * (ulong)blocks) >> 32);

    /// <summary>False if the key is certainly not in the run.</summary>
    /// <param name="block">The block of the key.</param>
    /// <param name="key">The key.</param>
    internal static bool MayContain(ReadOnlySpan<byte> block, ulong key)
    {
        for (int i = 0; i < Words; i++)
        {
            if ((BinaryPrimitives.ReadUInt32LittleEndian(block[(i * 4)..]) & Bit(key, i)) == 0)
            {
                return false;
            }
        }

        return true;
    }

    internal void Add(ulong key)
    {
        Span<byte> block = bytes.AsSpan((int)BlockOf(key, bytes.Length / BlockSize) * BlockSize, BlockSize);
        for (int i = 0; i < Words; i++)
        {
            Span<byte> word = block[(i * 4)..];
            BinaryPrimitives.WriteUInt32LittleEndian(word, BinaryPrimitives.ReadUInt32LittleEndian(word) | Bit(key, i));
        }
    }

    /// <summary>False if the key was certainly not added.</summary>
    internal bool MayContain(ulong key) =>
        bytes.Length == 0 || MayContain(bytes.AsSpan((int)BlockOf(key, bytes.Length / BlockSize) * BlockSize, BlockSize), key);

    private static uint Bit(ulong key, int word) => 1u << (int)(((uint)key * Salts[word]) >> 27);
}
