using Backshift.Posix;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Links;

/// <summary>
/// Gives links whose target is itself a link the target of that one, as archives have them: joins the links by their targets with the links by their paths, on
/// disk, until nothing changes. Links that lead back to themselves never come to an end, and are left to <see cref="LinkTargets"/>, which finds them unusable.
/// </summary>
public static class LinkChains
{
    // Each step reads and sorts all links. No program is known that writes more than one link to a link.
    private const int Steps = 16;

    // What the sorters keep with a link, apart from the keys.
    private const byte Moved = 2;

    /// <summary>Follows the links.</summary>
    /// <param name="links">By their targets, see <see cref="LinkTargets.Key"/>; closed here if another one is returned.</param>
    /// <param name="byPath">The same by their own paths, with their targets.</param>
    /// <param name="create">Makes a sorter.</param>
    /// <param name="changes">Receives the links that get another target.</param>
    /// <returns>The links by the targets that they have now.</returns>
    public static EntrySorter Follow(EntrySorter links, EntrySorter byPath, Func<EntrySorter> create, EntrySorter changes)
    {
        bool followed = false;
        for (int step = 0; step < Steps && Join(links, byPath, null); step++)
        {
            EntrySorter next = create();
            Join(links, byPath, next);
            links.Dispose();
            links = next;
            followed = true;
        }

        if (followed)
        {
            using EntryCursor all = links.Open();
            while (all.MoveNext())
            {
                if ((all.Item[0] & Moved) != 0)
                {
                    changes.Add(LinkTargets.LinkOf(all.Path), LinkChange.ToLink(LinkTargets.TargetOf(all.Path)));
                }
            }
        }

        return links;
    }

    /// <summary>Joins the links with the links that they lead to.</summary>
    /// <param name="links">By their targets.</param>
    /// <param name="byPath">By their paths.</param>
    /// <param name="into">Takes all links, a step further; or null only to see whether any goes further.</param>
    private static bool Join(EntrySorter links, EntrySorter byPath, EntrySorter? into)
    {
        bool any = false;
        using EntryCursor all = links.Open(), others = byPath.Open();
        bool more = others.MoveNext();
        while (all.MoveNext())
        {
            ReadOnlySpan<byte> target = LinkTargets.TargetOf(all.Path);
            while (more && BytePath.Compare(others.Path, target) < 0)
            {
                more = others.MoveNext();
            }

            bool isLink = more && others.Path.SequenceEqual(target);
            any |= isLink;
            if (into is null && any)
            {
                return true;
            }

            into?.Add(isLink ? LinkTargets.Key(others.Item, LinkTargets.LinkOf(all.Path)) : all.Path, isLink ? [(byte)(all.Item[0] | Moved)] : all.Item);
        }

        return any;
    }
}
