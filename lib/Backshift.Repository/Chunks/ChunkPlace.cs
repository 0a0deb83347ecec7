using Backshift.Repository.Packs;

namespace Backshift.Repository.Chunks;

/// <summary>A chunk that the directory of a pack really has.</summary>
internal readonly record struct ChunkPlace(OpenPack Pack, int Slot)
{
    internal int Size => Pack.Directory.SizeAt(Slot);
}
