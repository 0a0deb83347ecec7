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
    private ChunkNaming()
    {
    }

    /// <summary>The first 24 bytes of the SHA-256 of the content; see backshift-repository(5), "Chunks".</summary>
    public static ChunkNaming Plain { get; } = new();

    /// <summary>The name of a chunk with this content.</summary>
#pragma warning disable RS0030 // The one place in which the hash of a content becomes the name of a chunk.
    public Digest Of(ReadOnlySpan<byte> content) => Digest.Of(content);
#pragma warning restore RS0030
}
