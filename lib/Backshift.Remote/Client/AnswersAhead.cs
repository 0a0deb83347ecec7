using Backshift.Objects;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <summary>
/// Answers to requests that were sent before a caller made them. Each is given once, to the first call that asks for exactly that, if it is not too old by
/// then. All of them are dropped when this client changes something, so that what it asks afterwards is answered afterwards.
/// </summary>
/// <param name="clock">Tells how old they are.</param>
internal sealed class AnswersAhead(TimeProvider clock)
{
    // As many as the page allows with a hello, together with what precedes them.
    private const int Hosts = 6;

    /// <summary>How many runs are opened by their place.</summary>
    internal const int Runs = 3;

    // Each has a buffer. What a program did not come to ask for is among them, until it is too old.
    private const int Most = 128;

    private static readonly TimeSpan For = TimeSpan.FromSeconds(2);

    // A program keeps packs open for as long as it likes: that one was there a while ago is as good as that it was opened then. So is what was opened by its
    // place, which is used if it is in a listing, and for which a key may have to be derived first.
    private static readonly TimeSpan ForPacks = TimeSpan.FromMinutes(1);

    /// <summary>How much is asked for of objects that are mostly short: savesets, settings, the configuration.</summary>
    internal const int Short = 64 << 10;

    private readonly Dictionary<Request, (PendingAnswer Answer, long Sent)> answers = [];

    /// <summary>What every program asks first: the configuration, the settings, the key slots. It is sent together with the hello.</summary>
    internal static IReadOnlyList<Request> Usual { get; } =
    [
        new Request { Verb = Verb.Open, Path = ObjectPath.Configuration.Path, End = ObjectEnd.Tail, Most = Short },
        new Request { Verb = Verb.List, Path = ObjectPath.FolderOf(ObjectType.Settings) },
        new Request { Verb = Verb.List, Path = ObjectPath.FolderOf(ObjectType.KeySlot) },
    ];

    /// <summary>What most programs that read ask next. Of the savesets of all hosts, since which of them are wanted is not to be said before it is known that
    /// their names are no secret.</summary>
    internal static IReadOnlyList<Request> OfReaders { get; } =
    [
        new Request { Verb = Verb.List, Path = ObjectPath.FolderOf(ObjectType.Saveset) },
        new Request { Verb = Verb.List, Path = ObjectPath.FolderOf(ObjectType.Tags) },

        // It has to be newer than the savesets.
        new Request { Verb = Verb.List, Path = ObjectPath.FolderOf(ObjectType.Run), IsOrdered = true },
    ];

    /// <summary>
    /// What most programs open next that go on to what a saveset holds, by its place, since they do not know the names yet: a key slot, the newest saveset of
    /// each of the first hosts, and the runs of a small index. Runs have most often up to 1.1 MB, and are opened at either end.
    /// </summary>
    /// <param name="hasRuns">Whether runs are kept here, so that what follows their listing costs little.</param>
    internal static IEnumerable<Request> ByPlace(bool hasRuns) =>
    [
        ByPlaceOf(ObjectType.KeySlot, 0, ObjectEnd.Tail, Short),
        .. Enumerable.Range(0, Hosts).Select(static nth => ByPlaceOf(ObjectType.Saveset, nth, ObjectEnd.Tail, Short)),
        .. Enumerable.Range(0, hasRuns ? 0 : Runs).Select(static nth => ByPlaceOf(ObjectType.Run, nth, ObjectEnd.Head, MessageLimits.Data)),
    ];

    internal int Count => answers.Count;

    /// <summary>Whether this client has done more than to read.</summary>
    internal bool HasChanged { get; private set; }

    /// <summary>Whether something is expected. What was asked for too long ago is not, and can be asked for anew.</summary>
    internal bool IsExpected(Request request)
    {
        if (!answers.TryGetValue(KeyOf(request), out (PendingAnswer Answer, long Sent) found))
        {
            return false;
        }

        if (!IsOld(request, found.Sent))
        {
            return true;
        }

        found.Answer.Dispose();
        answers.Remove(KeyOf(request));
        return false;
    }

    /// <summary>What is expected, still to be taken; null if it is not, or was asked for too long ago.</summary>
    internal PendingAnswer? Find(Request request) =>
        answers.TryGetValue(KeyOf(request), out (PendingAnswer Answer, long Sent) found) && !IsOld(request, found.Sent) ? found.Answer : null;

    /// <summary>Answers to requests that open an object of a type by its place, still to be taken.</summary>
    internal IEnumerable<(Request Request, PendingAnswer Answer)> ByPlaceIn(ObjectType type) =>
        answers.Where(one => one.Key.Nth is not null && ObjectPath.TryParseFolder(one.Key.Path) == type).OrderBy(static one => one.Key.Nth)
            .Select(static one => (one.Key, one.Value.Answer));

    /// <summary>Makes room for one more.</summary>
    /// <returns>Whether there is any.</returns>
    internal bool MakeRoom()
    {
        if (answers.Count >= Most)
        {
            foreach ((Request request, (PendingAnswer answer, long sent)) in answers)
            {
                if (IsOld(request, sent))
                {
                    answer.Dispose();
                    answers.Remove(request);
                }
            }
        }

        return answers.Count < Most;
    }

    /// <summary>Expects an answer.</summary>
    internal void Add(Request request, PendingAnswer answer) => answers.Add(KeyOf(request), (answer, clock.GetTimestamp()));

    /// <summary>The answer to a request, if there is one; the caller's from now on.</summary>
    /// <param name="request">What is asked, without a number.</param>
    internal PendingAnswer? Take(Request request)
    {
        if (!IsReading(request.Verb))
        {
            if (request.Verb == Verb.Sweep)
            {
                // It removes what is no object.
                return null;
            }

            HasChanged = true;
            if (request.Verb is not (Verb.Start or Verb.Write or Verb.Drop or Verb.Return))
            {
                // These change nothing that a request to read could show; and of what an object is made, only a few do.
                Clear(keepsSums: request.Verb is not (Verb.Mend or Verb.Delete));
            }

            return null;
        }

        if (!answers.Remove(KeyOf(request), out (PendingAnswer Answer, long Sent) found))
        {
            return null;
        }

        if (!IsOld(request, found.Sent))
        {
            return found.Answer;
        }

        found.Answer.Dispose();
        return null;
    }

    /// <summary>Forgets all of them.</summary>
    /// <param name="keepsSums">But not what objects that stay as they are, are made of.</param>
    internal void Clear(bool keepsSums = false)
    {
        foreach ((Request request, (PendingAnswer answer, _)) in answers)
        {
            if (!keepsSums || request.Verb != Verb.Sums)
            {
                answer.Dispose();
                answers.Remove(request);
            }
        }
    }

    private static Request ByPlaceOf(ObjectType type, int nth, ObjectEnd end, int most) =>
        new() { Verb = Verb.Open, Path = ObjectPath.FolderOf(type), Nth = nth, End = end, Most = most };

    private bool IsOld(Request request, long sent) => clock.GetElapsedTime(sent) > (IsLasting(request) ? ForPacks : For);

    private static bool IsLasting(Request request) => request.Verb == Verb.Sums || request.Nth is not null
        || (request.Verb == Verb.Open && ObjectPath.TryParse(ObjectType.Pack, request.Path) is not null);

    // What the client has of it by now makes no other answer.
    private static Request KeyOf(Request request) =>
        request.Known is null && !request.IsOrdered && request.Id == 0 ? request : request with { Id = 0, Known = null, IsOrdered = false };

    private static bool IsReading(Verb verb) =>
        verb is Verb.Open or Verb.Read or Verb.Sums or Verb.Exists or Verb.List or Verb.Time or Verb.Held or Verb.Prepare or Verb.Verify;
}
