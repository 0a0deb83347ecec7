using Backshift.Repository.Codecs;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Packs;

/// <summary>What blocks a writer makes.</summary>
/// <param name="Codec">What they are compressed with.</param>
/// <param name="Length">Length of the content of a block in bytes.</param>
/// <param name="Effort">What they record of a recompression; 0 for a save.</param>
internal readonly record struct BlockForm(CodecChoice Codec, int Length, byte Effort)
{
    private const int RecompressedLength = PackLimits.Content;

    /// <summary>As the configuration says.</summary>
    internal static BlockForm Of(RepositoryConfig config) => new(config.Codec, config.Block, 0);

    /// <summary>
    /// Blocks as long as they may be, for what is not written again for years. A delta has at most sixteen prefixes: were each in a block of its own, it would
    /// still need no more than a reader must decode for it.
    /// </summary>
    internal static BlockForm Recompressed(CodecChoice codec) => new(codec, RecompressedLength, codec.Effort);
}
