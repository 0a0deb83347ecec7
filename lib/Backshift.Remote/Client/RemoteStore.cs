using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Caching;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <summary>A store behind a server that speaks backshift-object(5).</summary>
public sealed partial class RemoteStore : IObjectStore
{
    // No file is as long, and offsets near it can be added.
    private const long LengthLimit = 1L << 60;

    /// <summary>How much of the end of a pack is read when it is opened, and of a run at least: it takes 20 ms at 100 Mbit/s, less than another round
    /// trip.</summary>
    internal const int Ahead = 256 << 10;

    private readonly Connection connection;
    private readonly ReadCache? cache;
    private readonly ReadUnits units = new();
    private readonly RecentRanges recent = new();
    private readonly RequestsAhead ahead;
    private readonly HashSet<BytePath> discarded = [];
    private readonly Foresight? foresight;
    private Known? configuration;
    private long drafts;

    /// <param name="connection">To the server; closed with the store.</param>
    /// <param name="cache">What this machine keeps of what was read; closed with the store. Null for nothing: then everything is read of the repository itself.
    /// </param>
    /// <param name="foresight">Knows what was asked last time, and remembers what is asked now; null for neither. The connection has it too.</param>
    internal RemoteStore(Connection connection, ReadCache? cache = null, Foresight? foresight = null)
    {
        this.foresight = foresight;
        this.connection = connection;
        this.cache = cache;
        ahead = new RequestsAhead(connection, units.Announced, cache, foresight);
    }

    public BytePath Location => connection.Location;

    public bool HasExclusiveNames => connection.Hello.IsExclusive && !connection.HasSharedNames;

    public bool IsImmediate => connection.Hello.IsImmediate;

    public string? Machine => connection.Hello.Machine;

    public string? Boot => connection.Hello.Boot;

    public bool MayKeep => cache is not null;

    public bool TakesAnnouncements => true;

    public void ExpectIndex(ObjectEnd end) => ahead.ExpectIndex(end);

    public bool? Exists(ObjectPath path) => Exists([path])[0];

    public bool?[] Exists(IReadOnlyList<ObjectPath> paths)
    {
        bool?[] found = new bool?[paths.Count];
        PendingAnswer[] asked = [.. paths.Select(path => connection.Send(new Request { Verb = Verb.Exists, Path = path.Path }))];
        for (int i = 0; i < found.Length; i++)
        {
            using PendingAnswer answer = asked[i];
            try
            {
                found[i] = answer.Wait().Said;
            }
            catch (BackshiftException)
            {
                // It cannot be told, whatever the server says why.
            }
        }

        return found;
    }

    public IEnumerable<ObjectPath> List(ObjectType type, BytePath below = default, Action<BytePath, BackshiftException>? unlisted = null)
    {
        BytePath folder = below.IsEmpty ? ObjectPath.FolderOf(type) : below;
        byte[]? after = null;
        do
        {
            Request list = new() { Verb = Verb.List, Path = folder, After = after };
            Answer? whole = below.IsEmpty || after is not null ? null : FindWhole(type);
            using PendingAnswer? asked = whole is null ? connection.Send(list) : null;
            if (whole is not null)
            {
                connection.Note(list);
            }

            if (after is null)
            {
                ahead.AfterList(type, folder, asked?.IsAhead != false);
            }

            Answer answer = whole ?? asked!.Wait();
            after = answer.After;
            List<ObjectPath> found = [];
            foreach (BytePath path in answer.Paths ?? [])
            {
                // Names that no object can have are passed over here as anywhere.
                if (ObjectPath.TryParse(type, path) is { } one && IsBelow(path, folder))
                {
                    found.Add(one);
                }
            }

            ahead.Listed(type, found, isAll: after is null);
            foreach (ObjectPath path in found)
            {
                yield return path;
            }

            foreach ((BytePath path, Trouble trouble) in answer.Unlisted)
            {
                if (whole is not null && path != folder && !IsBelow(path, folder))
                {
                    continue;
                }

                if (unlisted is null)
                {
                    throw trouble.ToException();
                }

                unlisted(path, trouble.ToException());
            }
        }
        while (after is not null);
    }

    // The folder is among all others of its type, if these were listed a moment ago and are so few that one answer has them.
    private Answer? FindWhole(ObjectType type)
    {
        if (connection.Foresee(RequestsAhead.ListOf(type)) is not { Paths: not null, After: null } answer)
        {
            return null;
        }

        // They are all but here, and what is asked for next would cross them.
        foreach (Request other in AnswersAhead.OfReaders)
        {
            connection.Foresee(other);
        }

        return answer;
    }

    public IObjectDraft Create(ObjectType type)
    {
        long number = Interlocked.Increment(ref drafts);
        BytePath folder = type == ObjectType.Configuration ? ObjectPath.Configuration.Path : ObjectPath.FolderOf(type);
        ScratchSpace? copy = CreateScratch();
        try
        {
            PendingAnswer started = connection.Send(new Request { Verb = Verb.Start, Draft = number, Path = folder });
            RemoteDraft draft = new(connection, number, started, copy, ahead, units);
            copy = null;
            return draft;
        }
        finally
        {
            copy?.Dispose();
        }
    }

    public bool TryPublish(ObjectPath path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= MessageLimits.Data)
        {
            using PendingAnswer asked = connection.Send(new Request { Verb = Verb.Put, Path = path.Path, Data = bytes.ToArray() });
            ahead.AfterPublish(path);
            return asked.Wait().Said ?? throw NoAnswer(path);
        }

        using IObjectDraft draft = Create(path.Type);
        draft.Write(bytes);
        return draft.TryPublish(path);
    }

    public IDisposable? TryPublishHeld(ObjectPath path, ReadOnlySpan<byte> bytes, bool survivesExecute = false)
    {
        if (survivesExecute)
        {
            connection.SurviveExecute();

            // This store is not going to be closed.
            foresight?.Keep(connection.Hello.IsOrdered);
        }

        if (bytes.Length <= MessageLimits.Data)
        {
            using PendingAnswer asked = connection.Send(new Request { Verb = Verb.Hold, Path = path.Path, Data = bytes.ToArray() });
            ahead.AfterHold(path);
            return Holding(path, asked.Wait());
        }

        using RemoteDraft draft = (RemoteDraft)Create(path.Type);
        draft.Write(bytes);
        return Holding(path, draft.Hold(path));
    }

    public bool TryMend(ObjectPath path, ReadOnlySpan<byte> bytes)
    {
        using RemoteDraft draft = (RemoteDraft)Create(path.Type);
        draft.Write(bytes);
        Forget(path);
        bool isMended = draft.TryMend(path);
        Forget(path);
        return isMended;
    }

    public bool TryForget(ObjectPath path)
    {
        units.Forget(path.Path);
        recent.Forget(path.Path);
        return cache?.Distrust(path) == true;
    }

    private void Forget(ObjectPath path)
    {
        TryForget(path);
        configuration = path == ObjectPath.Configuration ? null : configuration;
    }

    public bool? IsHeld(ObjectPath path)
    {
        try
        {
            return Ask(Verb.Held, path).Said;
        }
        catch (BackshiftException)
        {
            return null;
        }
    }

    public UnixTime Now() => connection.Ask(new Request { Verb = Verb.Time }).Time ?? throw NoAnswer(null);

    public void MakeDurable(ObjectPath path) => Ask(Verb.Durable, path);

    public bool Delete(ObjectPath path)
    {
        try
        {
            return Ask(Verb.Delete, path).Said ?? throw NoAnswer(path);
        }
        catch (StoreException e) when (e.Trouble == StoreTrouble.Refused)
        {
            return false;
        }
    }

    public void Discard(ObjectPath path)
    {
        try
        {
            // It is done before the connection ends, and with it what holds the object goes.
            connection.Send(new Request { Verb = Verb.Delete, Path = path.Path }).Dispose();
            lock (discarded)
            {
                discarded.Add(path.Path);
            }
        }
        catch (StoreGoneException)
        {
            // The server has let go of the object with the connection. It is in the way of a collector until that finds that this process has ended.
        }
    }

    public void Sweep()
    {
        try
        {
            // Not waited for: what it removes is a day old.
            connection.Send(new Request { Verb = Verb.Sweep }).Dispose();
        }
        catch (StoreGoneException)
        {
            // Leftovers do no harm, and what is asked next reports it.
        }
    }

    public IDisposable? TryLease(LeaseKind kind)
    {
        // Behind the return of the last one, which is not waited for where the server keeps to the order: this client would stand in its own way.
        bool isOrdered = connection.Hello.IsOrdered;
        using PendingAnswer asked = connection.Send(new Request { Verb = Verb.Lease, Kind = kind, IsOrdered = isOrdered });
        ahead.AfterLease(kind);
        return asked.Wait().Lease is { } number
            ? new Release(connection, new Request { Verb = Verb.Return, Lease = number }, isAwaited: !isOrdered) : null;
    }

    public void PrepareForWriting() => connection.Ask(new Request { Verb = Verb.Prepare });

    public ScratchSpace CreateScratch() => ScratchFile.Create();

    public void VerifyPlace(ObjectPath? published) => connection.Ask(new Request { Verb = Verb.Verify, Path = published?.Path ?? default });

    public void Dispose()
    {
        // In the end it has ended in any case.
        bool isWhole = !connection.HasFailed;
        connection.Dispose();
        ahead.Keep();
        if (isWhole)
        {
            foresight?.Keep(connection.Hello.IsOrdered);
        }

        cache?.Dispose();
    }

    private Answer Ask(Verb verb, ObjectPath path) => connection.Ask(new Request { Verb = verb, Path = path.Path });

    private Release? Holding(ObjectPath path, Answer answer) => answer.Said ?? throw NoAnswer(path)
        ? new Release(connection, new Request { Verb = Verb.Release, Path = path.Path }, IsDiscarded) : null;

    private static ReadOnlySpan<byte> Shown(byte[] bytes, ObjectEnd end, int most) =>
        end == ObjectEnd.Head ? bytes.AsSpan(0, Math.Min(bytes.Length, most)) : bytes.AsSpan(bytes.Length - Math.Min(bytes.Length, most));

    // It is not released before it is deleted, or a collector could take its writer for dead.
    private bool IsDiscarded(Request release)
    {
        lock (discarded)
        {
            return discarded.Remove(release.Path);
        }
    }

    private static bool IsBelow(BytePath path, BytePath folder) =>
        path.Span.StartsWith(folder.Span) && path.Length > folder.Length && path.Span[folder.Length] == (byte)'/';

    /// <summary>The configuration, which nothing changes but mending it, and all of its bytes.</summary>
    private sealed record Known(RemoteObject Opened, byte[] Bytes);

    private StoreException NoAnswer(ObjectPath? path) => RemoteObject.NoAnswer(path is { } one ? Location.Join(one.Path) : Location);
}
