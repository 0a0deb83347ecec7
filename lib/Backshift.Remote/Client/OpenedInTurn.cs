using Backshift.Objects;

namespace Backshift.Remote.Client;

/// <summary>
/// Objects that were listed last, of each type of which programs open one after the other what they have listed: savesets, tags, runs, condemned lists. Tells
/// which are next, so that they can be asked for together: a round trip for each saveset would make a listing of a thousand take a minute.
/// </summary>
internal sealed class OpenedInTurn
{
    // Of runs up to 256 KiB are sent with each; all others are short, a few kilobytes most often.
    private const int FirstRuns = 4;
    private const int Most = 16;

    private readonly Lock gate = new();
    private readonly Dictionary<ObjectType, Listing> listings = [];

    /// <summary>Objects were listed.</summary>
    internal void Listed(ObjectType type, IReadOnlyList<ObjectPath> paths)
    {
        // Never packs, whose being there is what a writer asks for, and intents, which come and go.
        if (type is ObjectType.Saveset or ObjectType.Tags or ObjectType.Run or ObjectType.Condemned or ObjectType.Expired or ObjectType.Moved)
        {
            lock (gate)
            {
                listings[type] = new Listing(paths, type == ObjectType.Run ? FirstRuns : Most);
            }
        }
    }

    /// <summary>Which are opened next, after one that is being opened; none if it was not its turn.</summary>
    internal IReadOnlyList<ObjectPath> After(ObjectPath path)
    {
        lock (gate)
        {
            return listings.TryGetValue(path.Type, out Listing? listing) ? listing.After(path) : [];
        }
    }

    private sealed class Listing(IReadOnlyList<ObjectPath> paths, int first)
    {
        private int next;
        private int asked;
        private int ahead = first;

        internal IReadOnlyList<ObjectPath> After(ObjectPath opened)
        {
            if (next >= paths.Count || paths[next] != opened)
            {
                return [];
            }

            next++;
            int from = Math.Max(next, asked);
            int end = Math.Min(paths.Count, next + ahead);

            // In few groups, which is one message to the other side each.
            if (end - from < ahead / 2 && end < paths.Count)
            {
                return [];
            }

            asked = Math.Max(from, end);
            ahead = Math.Min(Most, 2 * ahead);
            return [.. paths.Skip(from).Take(end - from)];
        }
    }
}
