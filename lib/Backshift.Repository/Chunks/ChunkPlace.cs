using Backshift.Repository.Packs;

namespace Backshift.Repository.Chunks;

/// <summary>A chunk that the directory of a pack really has.</summary>
internal readonly record struct ChunkPlace(OpenPack Pack, int Slot)
{
    internal int Size => Pack.Directory.SizeAt(Slot);

    /// <summary>The number of the block that it lies in.</summary>
    internal int Block => Pack.Directory.BlockOf(Slot);
}
