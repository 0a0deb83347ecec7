using Backshift.Posix;

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
    private readonly HmacSha256? keyed;

    private ChunkNaming(HmacSha256? keyed) => this.keyed = keyed;

    /// <summary>The first 24 bytes of the SHA-256 of the content; see backshift-repository(5), "Chunks".</summary>
    public static ChunkNaming Plain { get; } = new(null);

    /// <summary>The first 24 bytes of the HMAC-SHA-256 of the content: of a repository that is encrypted.</summary>
    /// <param name="key">The key; copied.</param>
    public static ChunkNaming Keyed(ReadOnlySpan<byte> key) => new(new HmacSha256(key));

    /// <summary>Whether names are plain hashes, which mean the same in a stream and in every repository that is not encrypted.</summary>
    public bool IsPlain => keyed is null;

    /// <summary>The name of a chunk with this content.</summary>
    public Digest Of(ReadOnlySpan<byte> content)
    {
#pragma warning disable RS0030 // The one place in which the hash of a content becomes the name of a chunk.
        if (keyed is null)
        {
            return Digest.Of(content);
        }
#pragma warning restore RS0030

        Span<byte> hash = stackalloc byte[Sha256.HashSizeInBytes];
        keyed.HashData(content, hash);
        return new Digest(hash[..Digest.Size]);
    }

    /// <summary>The names of two chunks with these contents: they take less time together than one after the other.</summary>
    public void OfBoth(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, out Digest firstName, out Digest secondName)
    {
        if (keyed is null)
        {
            Digest.OfBoth(first, second, out firstName, out secondName);
        }
        else
        {
            Span<byte> hash = stackalloc byte[Sha256.HashSizeInBytes], otherHash = stackalloc byte[Sha256.HashSizeInBytes];
            keyed.HashData(first, second, hash, otherHash);
            (firstName, secondName) = (new Digest(hash[..Digest.Size]), new Digest(otherHash[..Digest.Size]));
        }
    }

    /// <summary>The names of chunks with these contents: they take less time together than one after the other.</summary>
    /// <param name="bytes">Has all contents in it.</param>
    /// <param name="contents">Where each of them is.</param>
    /// <param name="names">Receives as many names.</param>
    public void OfAll(ReadOnlySpan<byte> bytes, ReadOnlySpan<Range> contents, Span<Digest> names)
    {
        if (keyed is null)
        {
            Digest.OfAll(bytes, contents, names);
            return;
        }

        int i = 0;
        for (; i + 1 < contents.Length; i += 2)
        {
            OfBoth(bytes[contents[i]], bytes[contents[i + 1]], out names[i], out names[i + 1]);
        }

        if (i < contents.Length)
        {
            names[i] = Of(bytes[contents[i]]);
        }
    }
}
