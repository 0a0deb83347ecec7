using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <summary>A store behind a server that speaks backshift-object(5).</summary>
public sealed class RemoteStore : IObjectStore
{
    // No file is as long, and offsets near it can be added.
    private const long LengthLimit = 1L << 60;

    private readonly Connection connection;
    private readonly ReadUnits units = new();
    private long drafts;

    internal RemoteStore(Connection connection) => this.connection = connection;

    public BytePath Location => connection.Location;

    public bool HasExclusiveNames => connection.Hello.IsExclusive && !connection.HasSharedNames;

    public bool IsImmediate => connection.Hello.IsImmediate;

    public string? Machine => connection.Hello.Machine;

    public string? Boot => connection.Hello.Boot;

    public IStoredObject? TryOpen(ObjectPath path, ObjectEnd end, Span<byte> buffer, out int count)
    {
        count = 0;
        using PendingAnswer asked = connection.Send(
            new Request { Verb = Verb.Open, Path = path.Path, End = end, Most = Math.Min(buffer.Length, MessageLimits.Data) });
        Answer answer = asked.Wait();
        if (answer.IsGone)
        {
            return null;
        }

        long length = answer.Length is { } known and <= LengthLimit ? known : throw NoAnswer(path);
        RemoteObject opened = new(connection, path, length, answer.Received ?? throw NoAnswer(path), units);
        ReadOnlySpan<byte> part = answer.Data.GetValueOrDefault().Span;
        int wanted = (int)Math.Min(buffer.Length, opened.Length);
        if (part.Length > wanted)
        {
            throw NoAnswer(path);
        }

        if (wanted <= MessageLimits.Data)
        {
            // Storage may have lost some.
            part.CopyTo(buffer);
            count = part.Length;
            opened.Keep(part, end == ObjectEnd.Head ? 0 : opened.Length - wanted);
        }
        else
        {
            count = opened.ReadAt(buffer[..wanted], end == ObjectEnd.Head ? 0 : opened.Length - wanted);
        }

        return opened;
    }

    public bool? Exists(ObjectPath path)
    {
        try
        {
            return Ask(Verb.Exists, path).Said;
        }
        catch (StoreException)
        {
            return null;
        }
    }

    public IEnumerable<ObjectPath> List(ObjectType type, BytePath below = default, Action<BytePath, BackshiftException>? unlisted = null)
    {
        BytePath folder = below.IsEmpty ? ObjectPath.FolderOf(type) : below;
        byte[]? after = null;
        do
        {
            Answer answer = connection.Ask(new Request { Verb = Verb.List, Path = folder, After = after });
            foreach (BytePath path in answer.Paths ?? [])
            {
                // Names that no object can have are passed over here as anywhere.
                if (ObjectPath.TryParse(type, path) is { } found && IsBelow(path, folder))
                {
                    yield return found;
                }
            }

            foreach ((BytePath path, Trouble trouble) in answer.Unlisted)
            {
                if (unlisted is null)
                {
                    throw trouble.ToException();
                }

                unlisted(path, trouble.ToException());
            }

            after = answer.After;
        }
        while (after is not null);
    }

    public IObjectDraft Create(ObjectType type)
    {
        long number = Interlocked.Increment(ref drafts);
        BytePath folder = type == ObjectType.Configuration ? ObjectPath.Configuration.Path : ObjectPath.FolderOf(type);
        ScratchSpace? copy = CreateScratch();
        try
        {
            connection.Ask(new Request { Verb = Verb.Start, Draft = number, Path = folder });
            RemoteDraft draft = new(connection, number, copy);
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
        }

        if (bytes.Length <= MessageLimits.Data)
        {
            return Holding(path, connection.Ask(new Request { Verb = Verb.Hold, Path = path.Path, Data = bytes.ToArray() }));
        }

        using RemoteDraft draft = (RemoteDraft)Create(path.Type);
        draft.Write(bytes);
        return Holding(path, draft.Hold(path));
    }

    public bool TryMend(ObjectPath path, ReadOnlySpan<byte> bytes)
    {
        using RemoteDraft draft = (RemoteDraft)Create(path.Type);
        draft.Write(bytes);
        units.Forget(path.Path);
        bool isMended = draft.TryMend(path);
        units.Forget(path.Path);
        return isMended;
    }

    public bool? IsHeld(ObjectPath path)
    {
        try
        {
            return Ask(Verb.Held, path).Said;
        }
        catch (StoreException)
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

    public void Sweep()
    {
        try
        {
            connection.Ask(new Request { Verb = Verb.Sweep });
        }
        catch (BackshiftException)
        {
            // Leftovers do no harm.
        }
    }

    public IDisposable? TryLease(LeaseKind kind) =>
        connection.Ask(new Request { Verb = Verb.Lease, Kind = kind }).Lease is { } number
            ? new Release(connection, new Request { Verb = Verb.Return, Lease = number }) : null;

    public void PrepareForWriting() => connection.Ask(new Request { Verb = Verb.Prepare });

    public ScratchSpace CreateScratch() => ScratchFile.Create();

    public void VerifyPlace(ObjectPath? published) => connection.Ask(new Request { Verb = Verb.Verify, Path = published?.Path ?? default });

    public void Dispose() => connection.Dispose();

    private Answer Ask(Verb verb, ObjectPath path) => connection.Ask(new Request { Verb = verb, Path = path.Path });

    private Release? Holding(ObjectPath path, Answer answer) => answer.Said ?? throw NoAnswer(path)
        ? new Release(connection, new Request { Verb = Verb.Release, Path = path.Path }) : null;

    private static bool IsBelow(BytePath path, BytePath folder) =>
        path.Span.StartsWith(folder.Span) && path.Length > folder.Length && path.Span[folder.Length] == (byte)'/';

    private StoreException NoAnswer(ObjectPath? path) => RemoteObject.NoAnswer(path is { } one ? Location.Join(one.Path) : Location);
}
