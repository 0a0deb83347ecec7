using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Trees;
using MessagePack;

namespace Backshift.Repository.Savesets;

/// <summary>The targets of links in the order of the tree, held against its entries as they come by: a link to nothing must not be stored.</summary>
internal sealed class LinkTargets : IDisposable
{
    private readonly EntryCursor cursor;
    private bool more;

    /// <param name="cursor">Gives keys as <see cref="Key"/> makes them; closed with this.</param>
    internal LinkTargets(EntryCursor cursor)
    {
        this.cursor = cursor;
        more = cursor.MoveNext();
    }

    private ReadOnlySpan<byte> Target => cursor.Path[..cursor.Path.IndexOf((byte)0)];

    private BytePath Link => new(cursor.Path[(cursor.Path.IndexOf((byte)0) + 1)..]);

    /// <summary>A key that sorts by target, and is no other link's. No path has a NUL in it.</summary>
    internal static byte[] Key(byte[] target, BytePath link) => [.. target, 0, .. link.Span];

    /// <summary>Goes on to an entry.</summary>
    /// <param name="path">The entry's path.</param>
    /// <param name="item">The entry as encoded; empty if it is not stored.</param>
    /// <returns>The links whose target is missing before it, or is this one and of no use.</returns>
    internal List<BytePath> PassTo(ReadOnlySpan<byte> path, ReadOnlySpan<byte> item)
    {
        List<BytePath> unusable = [];
        bool? usable = null;
        while (more)
        {
            int order = BytePath.Compare(Target, path);
            if (order > 0)
            {
                break;
            }

            if (order < 0 || !(usable ??= IsUsable(item)))
            {
                unusable.Add(Link);
            }

            more = cursor.MoveNext();
        }

        return unusable;
    }

    /// <summary>The links whose target would have come behind the last entry.</summary>
    internal List<BytePath> PassRest()
    {
        List<BytePath> rest = [];
        for (; more; more = cursor.MoveNext())
        {
            rest.Add(Link);
        }

        return rest;
    }

    private static bool IsUsable(ReadOnlySpan<byte> item)
    {
        if (item.IsEmpty)
        {
            return false;
        }

        MessagePackReader reader = new(item.ToArray());
        return StoredEntry.ReadFrom(ref reader).Entry.Type is not (EntryType.Link or EntryType.Directory);
    }

    public void Dispose() => cursor.Dispose();
}
