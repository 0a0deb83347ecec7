using Backshift.Repository.Objects;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Marking;

/// <summary>A value for each slot of the packs that are asked about, and memory only for the neighbourhood of those that are.</summary>
internal sealed class SlotTable<T>
    where T : struct
{
    private const int PageShift = 8;
    private const int PageSize = 1 << PageShift;

    private readonly Dictionary<ObjectName, T[]?[]> packs = [];
    private ObjectName last;
    private T[]?[] pages = [];

    /// <summary>Bytes that the values take, those of slots that nobody asked about included.</summary>
    internal long Footprint { get; private set; }

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
            // The last page of a pack is as long as it has to be.
            page = new T[Math.Min(PageSize, pack.ChunkCount - ((slot >> PageShift) << PageShift))];
            pages[slot >> PageShift] = page;
            Footprint += page.Length * (long)System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        }

        return ref page[slot & (PageSize - 1)];
    }
}
