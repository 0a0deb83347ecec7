using System.Globalization;
using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Serving;

/// <summary>Listings of a client that are not at their ends.</summary>
internal sealed class Listings : IDisposable
{
    private const int Most = 16;

    /// <summary>How many paths an answer has at most: it is some hundred KB long then.</summary>
    internal const int PathsAtOnce = 2048;

    private const int UnlistedAtOnce = 64;

    private readonly IObjectStore store;
    private readonly Func<BytePath, bool> shows;
    private readonly Lock gate = new();
    private readonly LinkedList<Listing> open = new();
    private long last;

    /// <param name="store">What is listed.</param>
    /// <param name="shows">Which objects a client may see.</param>
    internal Listings(IObjectStore store, Func<BytePath, bool> shows)
    {
        this.store = store;
        this.shows = shows;
    }

    /// <summary>The next objects of a listing.</summary>
    /// <param name="type">What is listed.</param>
    /// <param name="folder">Where.</param>
    /// <param name="after">What the answer before had, or null for the first.</param>
    /// <exception cref="BackshiftException">They cannot be listed, or the listing was forgotten.</exception>
    internal Answer Next(ObjectType type, BytePath folder, byte[]? after)
    {
        Listing listing = after is null ? new Listing(this, type, folder, Interlocked.Increment(ref last)) : Find(after);
        List<BytePath> paths = [];
        bool isOver = false;
        try
        {
            while (!isOver && paths.Count < PathsAtOnce && listing.Unlisted.Count < UnlistedAtOnce)
            {
                isOver = !listing.Objects.MoveNext();
                if (!isOver && shows(listing.Objects.Current.Path))
                {
                    paths.Add(listing.Objects.Current.Path);
                }
            }
        }
        catch
        {
            listing.Objects.Dispose();
            throw;
        }

        // Many may have come at once; those that do not fit into this answer are in the next one.
        (BytePath, Trouble)[] unlisted = [.. listing.Unlisted.Take(UnlistedAtOnce)];
        listing.Unlisted.RemoveRange(0, unlisted.Length);
        isOver = isOver && listing.Unlisted.Count == 0;
        if (isOver)
        {
            listing.Objects.Dispose();
        }
        else
        {
            Keep(listing);
        }

        return new Answer { Paths = paths, Unlisted = unlisted, After = isOver ? null : listing.Word };
    }

    public void Dispose()
    {
        foreach (Listing listing in open)
        {
            listing.Objects.Dispose();
        }

        open.Clear();
    }

    // The request that goes on with a listing has it alone meanwhile.
    private Listing Find(byte[] after)
    {
        lock (gate)
        {
            Listing? found = open.FirstOrDefault(listing => listing.Word.AsSpan().SequenceEqual(after));
            if (found is not null)
            {
                open.Remove(found);
                return found;
            }
        }

        const string Reason = "too many listings were begun since this one";
        throw new StoreException(StoreTrouble.Broken, ExitCode.InputOutput, $"{store.Location}: {Reason}", Reason);
    }

    private void Keep(Listing listing)
    {
        Listing? oldest = null;
        lock (gate)
        {
            open.AddFirst(listing);
            if (open.Count > Most)
            {
                oldest = open.Last!.Value;
                open.RemoveLast();
            }
        }

        oldest?.Objects.Dispose();
    }

    private sealed class Listing
    {
        internal Listing(Listings all, ObjectType type, BytePath folder, long number)
        {
            Word = Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
            Objects = all.store.List(type, folder, (path, trouble) =>
            {
                if (all.shows(path))
                {
                    Unlisted.Add((path, Trouble.Of(trouble)));
                }
            }).GetEnumerator();
        }

        internal byte[] Word { get; }

        internal IEnumerator<ObjectPath> Objects { get; }

        internal List<(BytePath Path, Trouble Trouble)> Unlisted { get; } = [];
    }
}
