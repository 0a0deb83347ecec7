using System.IO.Hashing;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Reading;

/// <summary>
/// Makes the hard links of a selection hold by themselves. In a saveset the entry that has the content may lie outside the selection, or come later than
/// one of its links, since a tree is sorted and the stream that it was made of was not. The first name in the order of the output then gets the content,
/// and all others link to that.
/// </summary>
public sealed class LinkNames
{
    // 24 MB at the most. What is not remembered is looked up in the tree.
    private const int MaxWritten = 1 << 20;

    private readonly RepositoryReader reader;
    private readonly Saveset saveset;
    private readonly Func<BytePath, bool> isSelected;
    private readonly HashSet<ulong> written = [];
    private readonly Dictionary<BytePath, Stand> stands = [];
    private readonly TreeCursor? tree;

    /// <param name="reader">Reads entries that have content but are not in the selection.</param>
    /// <param name="saveset">Where they are.</param>
    /// <param name="isSelected">Whether an entry of this path belongs to the selection.</param>
    public LinkNames(RepositoryReader reader, Saveset saveset, Func<BytePath, bool> isSelected)
    {
        this.reader = reader;
        this.saveset = saveset;
        this.isSelected = isSelected;
        tree = saveset.Root is { } root ? new TreeCursor(reader.Nodes, root, saveset.Level) : null;
    }

    /// <summary>What to write for an entry; called once for each, in order.</summary>
    /// <param name="entry">An entry of the selection; it may be changed.</param>
    /// <returns>An entry of the same path: itself, a link in its place, or the thing itself in place of a link. Null for a link to something that the saveset does not have.</returns>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    public StoredEntry? Resolve(StoredEntry entry)
    {
        EntryRecord record = entry.Entry;
        if (record.Type != EntryType.Link)
        {
            if (stands.Count > 0 && stands.TryGetValue(entry.Path, out Stand? own))
            {
                return LinkTo(own, entry.Path, record);
            }

            if (record.Nlink > 1 && record.Type != EntryType.Directory && written.Count < MaxWritten)
            {
                written.Add(XxHash3.HashToUInt64(entry.Path.Span));
            }

            return entry;
        }

        BytePath target = new(record.Target!);
        if (stands.TryGetValue(target, out Stand? stand))
        {
            return LinkTo(stand, target, record);
        }

        bool before = target.CompareTo(entry.Path) < 0;
        if (before && written.Contains(XxHash3.HashToUInt64(target.Span)))
        {
            return entry;
        }

        StoredEntry? found = tree?.Find(target);
        if (found is null || found.Entry.Type is EntryType.Link or EntryType.Directory)
        {
            return null;
        }

        if (before && isSelected(target))
        {
            return entry;
        }

        // Read once more: what the cursor gave is its own.
        StoredEntry real = reader.FindEntry(saveset, target)!;
        stands.Add(target, new Stand(entry.Path, (real.Entry.Nlink ?? long.MaxValue) - 1));
        real.Entry.Path = entry.Path;
        return real;
    }

    private StoredEntry LinkTo(Stand stand, BytePath target, EntryRecord record)
    {
        // The last name of the inode has come: nobody will ask again.
        if (--stand.Remaining <= 0)
        {
            stands.Remove(target);
        }

        record.Type = EntryType.Link;
        record.Target = stand.Path.Bytes;
        return new StoredEntry(record);
    }

    /// <summary>The name that stands for an entry that is not there, or not yet, and how many more names its inode has.</summary>
    private sealed class Stand(BytePath path, long remaining)
    {
        internal BytePath Path { get; } = path;

        internal long Remaining { get; set; } = remaining;
    }
}
