using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Savesets;

/// <summary>Gathers the names of the packs that a saveset needs. Names that do not fit into memory go to scratch space.</summary>
internal sealed class PackRoster : IDisposable
{
    private const int DefaultLimit = 1 << 16;

    // Where chunks end depends on the names alone, so that the next saveset, which needs nearly the same packs, has nearly the same chunks.
    private const int NamesInChunk = 4096;

    private readonly Func<EntrySorter> createSorter;
    private readonly int limit;
    private readonly HashSet<ObjectName> recent = [];
    private EntrySorter? spilled;
    private ObjectName last;

    /// <param name="createSorter">Makes a sorter for what does not fit.</param>
    /// <param name="limit">How many names are held in memory; tests make it small.</param>
    internal PackRoster(Func<EntrySorter> createSorter, int limit = DefaultLimit)
    {
        this.createSorter = createSorter;
        this.limit = limit;
    }

    /// <summary>Adds a pack, which may have been added before.</summary>
    internal void Add(ObjectName pack)
    {
        // Neighbours lie in the same pack, most often.
        if (pack == last)
        {
            return;
        }

        last = pack;
        if (recent.Add(pack) && recent.Count == limit)
        {
            Spill();
        }
    }

    /// <summary>All names, in ascending order.</summary>
    internal IEnumerable<ObjectName> All()
    {
        if (spilled is null)
        {
            foreach (ObjectName name in recent.Order())
            {
                yield return name;
            }

            yield break;
        }

        Spill();
        using EntryCursor cursor = spilled.Open();
        while (cursor.MoveNext())
        {
            yield return ObjectName.TryParse(cursor.Path, out ObjectName name) ? name : throw new InvalidOperationException("not a name");
        }
    }

    /// <summary>The names as a saveset has them; if they are many, as chunks, which are stored.</summary>
    /// <param name="chunks">Takes the chunks.</param>
    /// <param name="inPlace">How many bytes of names may stand in the saveset itself.</param>
    /// <exception cref="BackshiftException">They cannot be stored.</exception>
    internal NeededPacks Store(ChunkStore chunks, int inPlace)
    {
        byte[] names = new byte[Math.Max(inPlace, NamesInChunk * ObjectName.Size)];
        int filled = 0;
        long count = 0;
        ListWriter? parts = null;
        foreach (ObjectName name in All())
        {
            if (filled == inPlace && parts is null)
            {
                // Too many for the saveset itself: all of them go into chunks.
                parts = new ListWriter(chunks);
                filled = StoreEarly(chunks, parts, names, filled);
            }

            name.CopyTo(names.AsSpan(filled));
            filled += ObjectName.Size;
            count++;
            if (parts is not null && EndsChunk(names.AsSpan(0, filled)))
            {
                Add(chunks, parts, names.AsSpan(0, filled));
                filled = 0;
            }
        }

        if (parts is null)
        {
            return new NeededPacks { Count = count, Names = names[..filled] };
        }

        if (filled > 0)
        {
            Add(chunks, parts, names.AsSpan(0, filled));
        }

        StoredEntry list = NeededPacks.NewList();
        list.Entry.Size = count * ObjectName.Size;
        parts.FinishInto(list);
        return new NeededPacks { Count = count, List = list };
    }

    /// <summary>Cuts the names that were gathered before it was known that they are many; gives the number of bytes that are left for the next chunk.</summary>
    private static int StoreEarly(ChunkStore chunks, ListWriter parts, byte[] names, int length)
    {
        int start = 0;
        for (int end = ObjectName.Size; end <= length; end += ObjectName.Size)
        {
            if (EndsChunk(names.AsSpan(start, end - start)))
            {
                Add(chunks, parts, names.AsSpan(start, end - start));
                start = end;
            }
        }

        names.AsSpan(start, length - start).CopyTo(names);
        return length - start;
    }

    private static bool EndsChunk(ReadOnlySpan<byte> names) => names[^1] == 0 || names.Length == NamesInChunk * ObjectName.Size;

    private static void Add(ChunkStore chunks, ListWriter parts, ReadOnlySpan<byte> names) => parts.Add(new ContentPart(chunks.AddNode(names), names.Length));

    private void Spill()
    {
        spilled ??= createSorter();
        Span<byte> text = stackalloc byte[2 * ObjectName.Size];
        foreach (ObjectName name in recent)
        {
            // As text, since the sorter has an order of its own for slashes.
            System.Text.Encoding.ASCII.GetBytes(name.ToString(), text);
            spilled.Add(text, []);
        }

        recent.Clear();
        last = default;
    }

    public void Dispose() => spilled?.Dispose();
}
