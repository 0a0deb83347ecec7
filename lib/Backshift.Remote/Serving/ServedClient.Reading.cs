using Backshift.Objects;
using Backshift.Posix;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Serving;

/// <content>Opening and reading objects, and the hashes of what is stored.</content>
internal sealed partial class ServedClient
{
    private Answer Read(Request request, Memory<byte> buffer)
    {
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
