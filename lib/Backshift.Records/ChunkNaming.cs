using System.Security.Cryptography;

namespace Backshift.Records;

/// <summary>
/// Names the chunks of a repository after their contents. The naming is part of the repository's configuration and passed to everything that names chunks:
/// two repositories may name the same content differently.
/// </summary>
/// <remarks>
/// A class rather than a struct, so that no default value names chunks by accident: where names have a key, a plain name would give the content away.
/// </remarks>
public sealed class ChunkNaming
{
    private readonly byte[]? key;

    private ChunkNaming(byte[]? key) => this.key = key;

    /// <summary>The first 24 bytes of the SHA-256 of the content; see backshift-repository(5), "Chunks".</summary>
    public static ChunkNaming Plain { get; } = new(null);

    /// <summary>The first 24 bytes of the HMAC-SHA-256 of the content: of a repository that is encrypted.</summary>
    /// <param name="key">The key; copied.</param>
    public static ChunkNaming Keyed(ReadOnlySpan<byte> key) => new(key.ToArray());

    /// <summary>Whether names are plain hashes, which mean the same in a stream and in every repository that is not encrypted.</summary>
    public bool IsPlain => key is null;

    /// <summary>The name of a chunk with this content.</summary>
    public Digest Of(ReadOnlySpan<byte> content)
    {
#pragma warning disable RS0030 // The one place in which the hash of a content becomes the name of a chunk.
        if (key is null)
        {
            return Digest.Of(content);
        }
#pragma warning restore RS0030

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, content, hash);
        return new Digest(hash[..Digest.Size]);
    }

    /// <summary>The names of two chunks with these contents: plain ones take less time together than one after the other.</summary>
    public void OfBoth(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, out Digest firstName, out Digest secondName)
    {
        if (key is null)
        {
            Digest.OfBoth(first, second, out firstName, out secondName);
        }
        else
        {
            (firstName, secondName) = (Of(first), Of(second));
        }
    }

    /// <summary>The names of chunks with these contents: plain ones take less time together than one after the other.</summary>
    /// <param name="bytes">Has all contents in it.</param>
    /// <param name="contents">Where each of them is.</param>
    /// <param name="names">Receives as many names.</param>
    public void OfAll(ReadOnlySpan<byte> bytes, ReadOnlySpan<Range> contents, Span<Digest> names)
    {
        if (key is null)
        {
            Digest.OfAll(bytes, contents, names);
            return;
        }

        for (int i = 0; i < contents.Length; i++)
        {
            names[i] = Of(bytes[contents[i]]);
        }
    }
}
