using Backshift.Objects;
using Backshift.Posix;
using Backshift.Remote.Caching;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <summary>
/// What a program asks of a server before it writes, in two parts: from its hello on, and, of one that writes, from the intent by which it announces itself
/// on. The last program of the same name asked much the same, so that is asked for all at once: the hello and the intent cost a turn each, and little of what
/// follows does. A request that nothing comes to ask is an answer that nothing takes; see <see cref="AnswersAhead"/>.
/// </summary>
internal sealed class Foresight
{
    /// <summary>How many requests are remembered of each part.</summary>
    internal const int Most = 56;

    private const int Parts = 2;

    // Of those that read much, the first ones: a server reads up to a megabyte for each.
    private const int MostSums = 16;

    // Of a type that a repository has more of with each save, the last ones, which are the newest: the index and the packs must not go short for them.
    private const int MostOfSavesets = 16;

    private readonly ReadCache cache;
    private readonly IReadOnlyList<Request> before;
    private readonly Request? newest;
    private readonly List<Request> asked = [];
    private BytePath published;
    private int part;

    /// <param name="cache">What this machine keeps; left to the caller.</param>
    internal Foresight(ReadCache cache)
    {
        this.cache = cache;
        before = cache.AskedBefore();
        newest = cache.PublishedBefore();
    }

    /// <summary>Whether anything is known of what was asked last time.</summary>
    internal bool KnowsAny => before.Count > 0;

    /// <summary>What is likely to be asked for in a part, each with the version that is kept of it. A listing is ordered, so that what comes of it is as new as
    /// if it had been asked for in its turn.</summary>
    /// <param name="which">0 from the hello on, 1 from the intent on.</param>
    internal IEnumerable<Request> Of(int which)
    {
        ObjectType? last = null;
        foreach (Request request in before)
        {
            if (request.Id != which)
            {
                continue;
            }

            ObjectType? listed = request.Verb == Verb.List ? TypeOf(request) : null;

            // As they are asked for together in any case.
            bool isOneOfTwo = (last, listed) is (ObjectType.Saveset, ObjectType.Tags);
            last = listed;
            if (request.Verb == Verb.Sums)
            {
                yield return request;
            }
            else if (request.Verb != Verb.Open)
            {
                yield return request with { IsOrdered = !isOneOfTwo };
                if (listed == ObjectType.Saveset && newest is not null && BytePath.IsWithin(newest.Path.Span, request.Path.Span))
                {
                    yield return newest;
                }
            }
            else if (TypeOf(request) is { } type && ObjectPath.TryParse(type, request.Path) is { } path)
            {
                byte[]? known = cache.KnownVersion(path, request.End, request.Most);

                // Of what is long, only what need not be sent.
                if (known is not null || type is not (ObjectType.Pack or ObjectType.Run or ObjectType.Parity))
                {
                    yield return request with { Known = known };
                }
            }
        }
    }

    /// <summary>Something is asked, or done.</summary>
    /// <param name="request">What, without a number.</param>
    internal void Note(Request request)
    {
        switch (request.Verb)
        {
            case Verb.Sweep or Verb.Verify or Verb.Time or Verb.Held or Verb.Exists or Verb.Read:
                break;
            case Verb.Sums:
                // Wherever it is asked for: what is kept can be compared as soon as the program has begun to work.
                Add(request with { Id = Math.Min(part, Parts - 1) });
                break;
            case Verb.List or Verb.Prepare or Verb.Open when part < Parts:
                if (request.After is null && !AnswersAhead.Usual.Contains(request))
                {
                    // Of a pack that is kept, no more is asked for at first.
                    int most = TypeOf(request) == ObjectType.Pack ? Math.Min(request.Most, RemoteStore.Ahead) : request.Most;
                    Add(request with { Id = part, Known = null, IsOrdered = false, Most = most });
                }

                break;
            case Verb.Hold:
                part++;
                break;
            default:
                published = request.Verb is Verb.Put or Verb.Publish && TypeOf(request) == ObjectType.Saveset ? request.Path : published;
                part = Parts;
                break;
        }
    }

    /// <summary>Remembers what was asked.</summary>
    /// <param name="isOrdered">Whether the server knows ordered requests; nothing is asked ahead of one that does not.</param>
    internal void Keep(bool isOrdered)
    {
        cache.Asked(isOrdered ? asked : []);
        if (!published.IsEmpty)
        {
            cache.Published(new Request { Verb = Verb.Open, Path = published, End = ObjectEnd.Tail, Most = AnswersAhead.Short });
        }
    }

    private void Add(Request noted)
    {
        if (asked.Contains(noted))
        {
            return;
        }

        if (IsOfSaveset(noted) && asked.Count(one => one.Id == part && IsOfSaveset(one)) == MostOfSavesets)
        {
            asked.RemoveAt(asked.FindIndex(one => one.Id == part && IsOfSaveset(one)));
        }

        if (asked.Count(one => one.Id == noted.Id) < Most
            && (noted.Verb != Verb.Sums || asked.Count(one => one.Id == noted.Id && one.Verb == Verb.Sums) < MostSums))
        {
            asked.Add(noted);
        }
    }

    private static bool IsOfSaveset(Request request) =>
        request.Verb == Verb.Open && TypeOf(request) is ObjectType.Saveset or ObjectType.Expired or ObjectType.Tags;

    private static ObjectType? TypeOf(Request request) => ObjectPath.TypeBelow(request.Path);
}
