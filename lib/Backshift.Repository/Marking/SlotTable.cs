using Backshift.Objects;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Marking;

/// <summary>A value for each slot of a pack. Memory is allocated in pages, for the slots that are used and their neighbours.</summary>
internal sealed class SlotTable<T>
    where T : struct
{
    private const int PageShift = 8;
    private const int PageSize = 1 << PageShift;

    private readonly Dictionary<ObjectName, T[]?[]> packs = [];
    private ObjectName last;
    private T[]?[] pages = [];

    /// <summary>The value of a slot; the default where none was set.</summary>
    internal ref T At(PackDirectory pack, int slot)
    {
        // Neighbours in a tree lie in the same pack.
        if (pages.Length == 0 || last != pack.Name)
        {
            last = pack.Name;
            if (!packs.TryGetValue(last, out pages!))
            {
                pages = new T[(pack.ChunkCount + PageSize - 1) >> PageShift][];
                packs.Add(last, pages);
            }
        }

        if (pages[slot >> PageShift] is not { } page)
        {
            // The last page of a pack may be shorter.
            page = new T[Math.Min(PageSize, pack.ChunkCount - ((slot >> PageShift) << PageShift))];
            pages[slot >> PageShift] = page;
        }

        return ref page[slot & (PageSize - 1)];
    }
}
