using Backshift.Objects;
using Backshift.Posix;
using Backshift.Remote.Caching;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <summary>
/// Knows which requests most programs make after one, and sends them right behind it, before its answer is here; <see cref="AnswersAhead"/> has what comes of
/// them. Each method is called once a request is sent. What depends on a change that the request makes is only asked of a server that keeps to the order.
/// How many are sent is bounded by the connection.
/// </summary>
internal sealed class RequestsAhead
{
    // Of the index, as many runs as most repositories have, are opened with the first saveset.
    private const int RunsWithSaveset = 4;

    // So much of them at once, if they are few: a look-up reads a page anywhere in each, and a run of a full share of chunks has 1.1 MB.
    private const int RunsTogether = 2 * MessageLimits.Data;

    // Of the other end, which is read first of what is encrypted: the head, and what a run of a full share has beyond what is asked for at its end.
    private const int FirstUnits = 2;

    private readonly Connection connection;
    private readonly AnnouncedRanges ranges;
    private readonly ReadCache? cache;
    private readonly Foresight? foresight;
    private readonly OpenedInTurn turn = new();

    // Packs, in their order.
    private readonly List<ObjectPath> opened = [];
    private ObjectPath? announced;

    // Runs that come by their place: they are not asked for by name as well.
    private volatile IReadOnlySet<BytePath> byPlace = new HashSet<BytePath>();

    // Whether a listing of packs takes more than one answer.
    private volatile bool hasManyPacks;
    private volatile bool expectsIndex;

    // At which end this program opens runs.
    private volatile ObjectEnd runEnd = ObjectEnd.Head;
    private volatile int ofRuns = RemoteStore.Ahead;

    /// <param name="connection">To the server.</param>
    /// <param name="ranges">Notes what is announced of objects.</param>
    /// <param name="cache">What this machine keeps of what was read; null for nothing.</param>
    /// <param name="foresight">Knows what was asked last time; null for nothing.</param>
    internal RequestsAhead(Connection connection, AnnouncedRanges ranges, ReadCache? cache, Foresight? foresight)
    {
        this.ranges = ranges;
        this.connection = connection;
        this.cache = cache;
        this.foresight = foresight;
    }

    /// <summary>How much of a run is read when it is opened: the fewer there are, the more.</summary>
    internal int OfRuns => ofRuns;

    /// <summary>From now on savesets are read for what they hold.</summary>
    /// <param name="end">At which end runs are opened.</param>
    internal void ExpectIndex(ObjectEnd end)
    {
        runEnd = end;
        expectsIndex = true;
    }

    /// <summary>A listing has begun.</summary>
    /// <param name="type">What is listed.</param>
    /// <param name="folder">Where.</param>
    /// <param name="wasAhead">Whether it had been asked for already, and so has what follows.</param>
    internal void AfterList(ObjectType type, BytePath folder, bool wasAhead)
    {
        if (type == ObjectType.Saveset)
        {
            // A program that lists savesets mostly goes on to their tags.
            BytePath tags = ObjectPath.FolderOf(ObjectType.Tags);
            BytePath all = ObjectPath.FolderOf(ObjectType.Saveset);
            if (folder == all || !connection.IsExpected(ListOf(ObjectType.Tags)))
            {
                connection.SendAhead([new Request { Verb = Verb.List, Path = folder == all ? tags : tags.Join(folder.Span[(all.Length + 1)..]) }]);
            }

            if (expectsIndex && !connection.HasChanged)
            {
                // It has to be newer than the savesets.
                SendOrdered([ListOf(ObjectType.Run) with { IsOrdered = true }]);
            }
        }
        else if (type == ObjectType.Run && connection.HasChanged && !wasAhead && !hasManyPacks)
        {
            // Most writers go on to packs that no run names. A pack that is published and indexed between two listings that are made at once would be missing
            // in one and named by the other.
            SendOrdered([ListOf(ObjectType.Pack) with { IsOrdered = true }]);
        }
    }

    /// <summary>An answer to a listing is here. Sends nothing: it shows what is opened next.</summary>
    /// <param name="type">What is listed.</param>
    /// <param name="paths">What was found.</param>
    /// <param name="isAll">Whether the listing ends with it.</param>
    internal void Listed(ObjectType type, IReadOnlyList<ObjectPath> paths, bool isAll)
    {
        turn.Listed(type, paths);
        if (type == ObjectType.Run)
        {
            NoteByPlace(paths.Select(static path => path.Path));
            if (isAll)
            {
                NoteRuns(paths.Count);
            }
        }

        hasManyPacks |= type == ObjectType.Pack && !isAll;
    }

    /// <summary>Whether an object is likely to come by its place.</summary>
    internal bool ComesByPlace(ObjectPath path) => byPlace.Contains(path.Path);

    /// <summary>An object is being opened.</summary>
    internal void AfterOpen(ObjectPath path, Request open)
    {
        Request[] requests = [.. InTurn(path, open).Concat(Together(path, open))];
        connection.SendAhead(requests);
        if (path.Type == ObjectType.Saveset && cache is not null)
        {
            Array.ForEach(requests, AnnounceHead);
        }
    }

    /// <summary>An object is being published, or mended. A writer that has published a run opens it, and looks for those of others. One that has published a
    /// saveset verifies that it is where a later program looks, and that it was not itself taken for dead before.</summary>
    internal void AfterPublish(ObjectPath path)
    {
        if (path.Type is ObjectType.Run or ObjectType.Saveset)
        {
            SendOrdered(path.Type == ObjectType.Run ? WithRun(path) : WithSaveset(path));
        }
    }

    /// <summary>An object is being published that the server holds for this client.</summary>
    internal void AfterHold(ObjectPath path)
    {
        if (path.Type != ObjectType.Intent)
        {
            return;
        }

        // A writer that has announced itself reads what is condemned. One that renews its intent has done so.
        if (announced is null)
        {
            SendOrdered([ListOf(ObjectType.Condemned) with { IsOrdered = true }, .. foresight?.Of(1) ?? []]);
        }

        announced = path;
    }

    /// <summary>A lease is being taken. A writer that is about to publish looks first for what others have published.</summary>
    internal void AfterLease(LeaseKind kind)
    {
        if (kind == LeaseKind.Publishing && !hasManyPacks)
        {
            SendOrdered([ListOf(ObjectType.Pack) with { IsOrdered = true }]);
        }
    }

    /// <summary>Has the cache remember which packs were opened, for the next program.</summary>
    internal void Keep() => cache?.Opened(opened);

    /// <summary>Lists all objects of a type.</summary>
    internal static Request ListOf(ObjectType type) => new() { Verb = Verb.List, Path = ObjectPath.FolderOf(type) };

    // What depends on a change that was just sent: a server that may do it before that change is not asked.
    private void SendOrdered(IEnumerable<Request> requests)
    {
        if (connection.Hello.IsOrdered)
        {
            connection.SendAhead(requests);
        }
    }

    private void NoteRuns(int count) => ofRuns =
        Math.Clamp(RunsTogether / Math.Max(count, 1) / ReadUnits.Size * ReadUnits.Size, RemoteStore.Ahead, MessageLimits.Data);

    // The server goes by the same listing.
    private void NoteByPlace(IEnumerable<BytePath> runs) =>
        byPlace = runs.Take(AnswersAhead.Runs).Where((_, place) => connection.HasByPlace(ObjectType.Run, place)).ToHashSet();

    // Of a run that is opened at its end, and of which nothing is kept.
    private void AnnounceHead(Request open)
    {
        if (open is { Verb: Verb.Open, End: ObjectEnd.Tail, Known: null } && open.Most > RemoteStore.Ahead
            && ObjectPath.TryParse(ObjectType.Run, open.Path) is not null
            && connection.TryAnnounce(new Request { Verb = Verb.Read, Path = open.Path, Most = FirstUnits * ReadUnits.Size }))
        {
            ranges.Add(open.Path, (0, FirstUnits));
        }
    }

    private IEnumerable<Request> WithRun(ObjectPath path)
    {
        yield return new Request { Verb = Verb.Open, Path = path.Path, End = ObjectEnd.Head, Most = ofRuns, IsOrdered = true };
        yield return ListOf(ObjectType.Run);
        if (!hasManyPacks)
        {
            yield return ListOf(ObjectType.Pack) with { IsOrdered = true };
        }
    }

    private IEnumerable<Request> WithSaveset(ObjectPath path)
    {
        yield return new Request { Verb = Verb.Verify, Path = path.Path, IsOrdered = true };
        if (announced is { } intent && IntentPath.TryParse(intent.Path.Name, out ObjectName id, out _))
        {
            yield return new Request { Verb = Verb.Exists, Path = ObjectPath.Fence(id).Path };
            yield return new Request { Verb = Verb.Exists, Path = intent.Path };
        }
    }

    // One that opens savesets, and only reads, goes on to the index, which has to be newer than their listing.
    private IEnumerable<Request> InTurn(ObjectPath path, Request open)
    {
        foreach (ObjectPath next in turn.After(path).Where(next => !ComesByPlace(next)))
        {
            yield return open with { Path = next.Path, Known = cache?.KnownVersion(next, open.End, open.Most) };
        }

        if (path.Type != ObjectType.Saveset || connection.HasChanged)
        {
            yield break;
        }

        IReadOnlyList<BytePath>? runs = expectsIndex ? connection.Foresee(ListOf(ObjectType.Run))?.Paths : null;
        if (runs is null)
        {
            yield return ListOf(ObjectType.Run);
            yield break;
        }

        NoteRuns(runs.Count);
        NoteByPlace(runs);
        foreach (BytePath one in runs.Where(one => !byPlace.Contains(one)).Take(RunsWithSaveset))
        {
            if (ObjectPath.TryParse(ObjectType.Run, one) is { } run)
            {
                yield return new Request
                {
                    Verb = Verb.Open, Path = run.Path, End = runEnd, Most = ofRuns, Known = cache?.KnownVersion(run, runEnd, ofRuns),
                };
            }
        }
    }

    // What the last programs opened too, if this one has come to opening packs: by then a writer has announced itself and read what is condemned.
    private IEnumerable<Request> Together(ObjectPath path, Request open)
    {
        if (cache is null || path.Type != ObjectType.Pack || open.End != ObjectEnd.Tail || open.Most != RemoteStore.Ahead)
        {
            return [];
        }

        lock (opened)
        {
            bool isFirst = opened.Count == 0;
            if (opened.Count < PackList.Most && !opened.Contains(path))
            {
                opened.Add(path);
            }

            return !isFirst ? [] : cache.OpenedBefore().Where(one => one.Path != path)
                .Select(one => open with { Path = one.Path.Path, Known = one.Version });
        }
    }
}
