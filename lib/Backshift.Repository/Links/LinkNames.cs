using System.IO.Hashing;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Indexes;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Links;

/// <summary>
/// Makes the hard links of a selection complete by themselves. In a saveset the entry that has the content may lie outside the selection, or, if another writer
/// made it, come later than one of its links. The first name in the order of the output then gets the content, and all others link to that.
/// </summary>
/// <remarks>
/// Memory does not grow with the number of links. A Bloom filter remembers which targets were written: if it is wrong about one that is missing from
/// the tree, a link to nothing is not noticed here. Names that stand for another are remembered up to a number; beyond it a plan is made on disk.
/// </remarks>
public sealed class LinkNames : IDisposable
{
    // 20 bits a name, 16 MiB at the most: one wrong answer in some thousands.
    private const long MostNames = 13 << 20;
    private const int MostStands = 1 << 15;

    private readonly Func<BytePath, bool> isSelected;
    private readonly Func<IEnumerable<StoredEntry>> selected;
    private readonly int mostStands;
    private readonly Lazy<BloomFilter> written;
    private readonly Dictionary<BytePath, Stand> stands = [];
    private readonly TreeCursor? tree;
    private LinkPlan? plan;

    /// <param name="tree">Finds entries that have content but are not in the selection; null for a saveset without entries.</param>
    /// <param name="entries">How many entries the saveset has.</param>
    /// <param name="isSelected">Whether an entry of this path belongs to the selection.</param>
    /// <param name="selected">Reads the entries of the selection once more, perhaps with others that do not belong to it.</param>
    /// <param name="mostStands">How many names are remembered; tests make it small.</param>
    public LinkNames(TreeCursor? tree, long entries, Func<BytePath, bool> isSelected, Func<IEnumerable<StoredEntry>> selected, int mostStands = MostStands)
    {
        this.isSelected = isSelected;
        this.selected = selected;
        this.mostStands = mostStands;
        written =
            new Lazy<BloomFilter>(() => new BloomFilter(new byte[BloomFilter.BlocksFor(Math.Clamp(entries * 2, 1024, MostNames)) * BloomFilter.BlockSize]));
        this.tree = tree;
    }

    /// <summary>Whether sockets are not part of the output. A link to one is then given as a socket too.</summary>
    public bool LeavesSocketsOut { get; init; }

    /// <summary>What to write for an entry; called once for each, in order.</summary>
    /// <param name="entry">An entry of the selection; it may be changed.</param>
    /// <returns>An entry of the same path: itself, a link in its place, or the thing itself in place of a link. Null for a link to something that the saveset
    /// does not have.</returns>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    /// <exception cref="IOException">There is no space for a plan.</exception>
    public StoredEntry? Resolve(StoredEntry entry)
    {
        if (plan is not null)
        {
            return plan.Resolve(entry);
        }

        EntryRecord record = entry.Entry;
        if (record.Type == EntryType.Link)
        {
            return ResolveLink(entry, new BytePath(record.Target!));
        }

        if (stands.Count > 0 && stands.TryGetValue(entry.Path, out Stand? own))
        {
            return LinkTo(own, entry.Path, entry);
        }

        if (record.Nlink > 1 && record.Type != EntryType.Directory)
        {
            written.Value.Add(XxHash3.HashToUInt64(entry.Path.Span));
        }

        return entry;
    }

    private StoredEntry? ResolveLink(StoredEntry entry, BytePath target)
    {
        if (stands.TryGetValue(target, out Stand? stand))
        {
            return LinkTo(stand, target, entry);
        }

        bool isWritten = target.CompareTo(entry.Path) < 0 && isSelected(target);
        if (isWritten && written.IsValueCreated && written.Value.MayContain(XxHash3.HashToUInt64(target.Span)))
        {
            return entry;
        }

        StoredEntry? real = tree?.Find(target);
        if (real is null or { Entry.Type: EntryType.Link or EntryType.Directory })
        {
            return null;
        }

        bool isLeftOut = real.Entry.Type == EntryType.Socket && LeavesSocketsOut;
        if (isWritten && !isLeftOut)
        {
            return entry;
        }

        if (stands.Count >= mostStands && !isLeftOut)
        {
            plan = new LinkPlan(stands.Select(static each => KeyValuePair.Create(each.Key, each.Value.Path)), selected(), entry.Path, tree!, isSelected,
                LeavesSocketsOut);
            stands.Clear();
            return plan.Resolve(entry);
        }

        if (!isLeftOut)
        {
            stands.Add(target, new Stand(entry.Path, (real.Entry.Nlink ?? long.MaxValue) - 1));
        }

        return LinkChange.Named(real, entry.Entry);
    }

    private StoredEntry? LinkTo(Stand stand, BytePath target, StoredEntry entry)
    {
        // The last name of the inode has come: it will not be needed again.
        if (--stand.Remaining <= 0)
        {
            stands.Remove(target);
        }

        return LinkChange.Apply(entry, LinkChange.ToLink(stand.Path.Span));
    }

    public void Dispose() => plan?.Dispose();

    /// <summary>The name that stands for an entry that is not there, or not yet, and how many more names its inode has.</summary>
    private sealed class Stand(BytePath path, long remaining)
    {
        internal BytePath Path { get; } = path;

        internal long Remaining { get; set; } = remaining;
    }
}
