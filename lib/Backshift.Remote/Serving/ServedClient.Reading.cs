using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Serving;

/// <content>Opening and reading objects, and the hashes of what is stored.</content>
internal sealed partial class ServedClient
{
    // Of the savesets of a host, which are asked when they were received: a few milliseconds.
    private const int MostAsked = 256;

    private Answer Read(Request request, Memory<byte> buffer)
    {
        if (request is { Verb: Verb.Open, Nth: { } nth })
        {
            return NthOf(FolderOf(request), nth) is { } found ? Open(request, found, buffer) with { Path = found.Path } : new Answer { IsGone = true };
        }

        ObjectPath path = PathOf(request);
        if (!rights.Shows(path.Path))
        {
            return new Answer { IsGone = true };
        }

        if (request.Verb == Verb.Open)
        {
            return Open(request, path, buffer);
        }

        if (request.Verb == Verb.Sums)
        {
            return open.Use(path, stored => new Answer { Sums = SumsOf(buffer.Span[..stored.ReadAt(buffer.Span, request.At)]) })
                ?? new Answer { IsGone = true };
        }

        return open.Use(path, stored => new Answer { Data = buffer[..stored.ReadAt(buffer.Span, request.At)] }) ?? new Answer { IsGone = true };
    }

    // A guess of what the client is going to open, which it compares with what it wants then.
    private ObjectPath? NthOf(ObjectType type, long nth)
    {
        if (type is not (ObjectType.KeySlot or ObjectType.Run or ObjectType.Saveset))
        {
            throw new BackshiftException(ExitCode.Usage, $"{ObjectPath.FolderOf(type)}: its objects are opened by their names");
        }

        IReadOnlyList<BytePath> paths = first.Of(type);
        if (type != ObjectType.Saveset)
        {
            return nth < paths.Count ? ObjectPath.TryParse(type, paths[(int)nth]) : null;
        }

        BytePath[] ofHost = [.. paths.GroupBy(static path => path.Parent).Skip((int)Math.Min(nth, paths.Count)).Take(1).SelectMany(static all => all)];
        return ofHost.Length == 0 ? null : ObjectPath.TryParse(type, store.IsImmediate ? ReceivedLast(ofHost) : ofHost[^1]);
    }

    // Not one of the listings that a client may go on with. A folder that cannot be listed is reported to it when it lists.
    private IReadOnlyList<BytePath> ListFirst(ObjectType type) =>
        [.. store.List(type, unlisted: static (_, _) => { }).Select(static one => one.Path).Where(rights.Shows).Take(Listings.PathsAtOnce)];

    // Names of savesets may be hidden, and then their order says nothing. A store whose listings lag is one elsewhere, where asking each of them takes long.
    private BytePath ReceivedLast(BytePath[] savesets)
    {
        BytePath last = savesets[^1];
        UnixTime latest = default;
        foreach (BytePath path in savesets.TakeLast(MostAsked))
        {
            using IStoredObject? opened = ObjectPath.TryParse(ObjectType.Saveset, path) is { } one ? store.TryOpen(one, ObjectEnd.Head, [], out _) : null;
            if (opened is not null && opened.Received.CompareTo(latest) >= 0)
            {
                (last, latest) = (path, opened.Received);
            }
        }

        return last;
    }

    private static byte[] SumsOf(ReadOnlySpan<byte> bytes)
    {
        byte[] sums = new byte[(bytes.Length + MessageLimits.SumUnit - 1) / MessageLimits.SumUnit * Sha256.HashSizeInBytes];
        for (int i = 0; i * MessageLimits.SumUnit < bytes.Length; i++)
        {
            ReadOnlySpan<byte> unit = bytes[(i * MessageLimits.SumUnit)..];
            Sha256.HashData(unit[..Math.Min(unit.Length, MessageLimits.SumUnit)], sums.AsSpan(i * Sha256.HashSizeInBytes));
        }

        return sums;
    }

    private Answer Open(Request request, ObjectPath path, Memory<byte> buffer)
    {
        // What the client has is not read.
        IStoredObject? opened = request.Known is not { Length: > 0 } ? null : store.TryOpen(path, ObjectEnd.Head, [], out _);
        if (opened is not null && !opened.Version.Span.SequenceEqual(request.Known))
        {
            opened.Dispose();
            opened = null;
        }

        bool isKnown = opened is not null;
        int count = 0;
        opened ??= store.TryOpen(path, request.End, buffer.Span, out count);
        if (opened is null)
        {
            return new Answer { IsGone = true };
        }

        Answer answer = new()
        {
            Length = opened.Length,
            Received = opened.Received,
            Version = opened.Version is { IsEmpty: false } version ? version : default(ReadOnlyMemory<byte>?),
            Data = isKnown ? default(ReadOnlyMemory<byte>?) : buffer[..count],
        };
        open.Keep(path, opened);
        return answer;
    }
}
