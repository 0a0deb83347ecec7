using Backshift.Objects;
using Backshift.Repository.Configuration;
using Backshift.Repository.Packs;

namespace Backshift.Scale.Making;

/// <summary>Makes the packs: header, block lists, directory and trailer as they would be, and no blocks.</summary>
internal static class PackMaker
{
    /// <returns>Their names, in the order of their chunks.</returns>
    internal static ObjectName[] Make(RepositoryDirectory repository, Layout layout)
    {
        ObjectName[] names = new ObjectName[layout.Packs];
        HollowBlock block = new();
        for (int number = 0; number < names.Length; number++)
        {
            long first = (long)number * Layout.ChunksInPack, end = Math.Min(layout.Chunks, first + Layout.ChunksInPack);
            using PackWriter pack = new(repository, holdsNodes: false);
            for (; first < end; first += Layout.ChunksInBlock)
            {
                block.Aim(first, (int)Math.Min(Layout.ChunksInBlock, end - first));
                pack.Append(block);
            }

            pack.Seal();
            pack.Publish();
            names[number] = pack.Name;
        }

        return names;
    }
}
