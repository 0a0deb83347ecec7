namespace Backshift.Records;

/// <summary>
/// How the chunks of a repository are named after their contents. It comes with the configuration of the repository, and every program that names a chunk is given it:
/// two repositories may name the same content differently.
/// </summary>
/// <remarks>A class and no struct, so that there is no default that names by accident: where a key belongs, the plain name of a content would give it away.</remarks>
public sealed class ChunkNaming
{
    private ChunkNaming()
    {
    }

    /// <summary>The first 24 bytes of the SHA-256 of the content; see backshift-repository(5), "Chunks".</summary>
    public static ChunkNaming Plain { get; } = new();

    /// <summary>The name of a chunk with this content.</summary>
#pragma warning disable RS0030 // The one place in which the hash of a content becomes the name of a chunk.
#pragma warning disable CA1822 // A naming with a key is an instance.
    public Digest Of(ReadOnlySpan<byte> content) => Digest.Of(content);
#pragma warning restore CA1822, RS0030
}
