using System.Security.Cryptography;

namespace Backshift.Posix;

/// <summary>
/// HMAC-SHA-256 (RFC 2104) under one key, of many contents. What the key alone makes of the state is computed once: the base library begins anew each time, and
/// looks for the algorithm, which takes longer than the hash of a short content. May be used by several threads.
/// </summary>
public sealed unsafe class HmacSha256
{
    private const int Block = 64;
    private const byte InnerPad = 0x36, OuterPad = 0x5c;

    private readonly byte[] key;
    private readonly Sha256Context inner, outer;

    /// <param name="key">The key; copied.</param>
    public HmacSha256(ReadOnlySpan<byte> key)
    {
        this.key = key.ToArray();
        if (!Libcrypto.IsAvailable)
        {
            return;
        }

        Span<byte> block = stackalloc byte[Block];
        block.Clear();
        if (key.Length > Block)
        {
            Sha256.HashData(key, block);
        }
        else
        {
            key.CopyTo(block);
        }

        inner = After(block, InnerPad);
        outer = After(block, OuterPad);
        CryptographicOperations.ZeroMemory(block);
    }

    /// <summary>Takes the HMAC of <paramref name="content"/>.</summary>
    /// <param name="content">Any number of bytes.</param>
    /// <param name="hash">At least <see cref="Sha256.HashSizeInBytes"/> long.</param>
    public void HashData(ReadOnlySpan<byte> content, Span<byte> hash)
    {
        if (!Libcrypto.IsAvailable)
        {
            HMACSHA256.HashData(key, content, hash);
            return;
        }

        Sha256.HashData(inner, content, hash);
        Sha256.HashData(outer, hash[..Sha256.HashSizeInBytes], hash);
    }

    /// <summary>Takes the HMACs of two contents, which takes less time than one after the other; see <see cref="Sha256Pair"/>.</summary>
    /// <inheritdoc cref="Sha256Pair.HashData(ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte}, Span{byte})"/>
    public void HashData(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> firstHash, Span<byte> secondHash)
    {
        if (!Libcrypto.IsAvailable)
        {
            HashData(first, firstHash);
            HashData(second, secondHash);
            return;
        }

        Sha256Pair.HashData(inner, first, second, firstHash, secondHash);
        Sha256.HashData(outer, firstHash[..Sha256.HashSizeInBytes], firstHash);
        Sha256.HashData(outer, secondHash[..Sha256.HashSizeInBytes], secondHash);
    }

    /// <summary>The state after a block that is the key, padded.</summary>
    private static Sha256Context After(ReadOnlySpan<byte> keyBlock, byte pad)
    {
        byte* padded = stackalloc byte[Block];
        for (int i = 0; i < Block; i++)
        {
            padded[i] = (byte)(keyBlock[i] ^ pad);
        }

        Sha256Context context;
        _ = Libcrypto.Start(&context);
        _ = Libcrypto.Append(&context, padded, Block);
        CryptographicOperations.ZeroMemory(new Span<byte>(padded, Block));
        return context;
    }
}
