using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Caching;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <summary>An object behind a server. Long ranges are asked for in parts, all at once; for short ones more is fetched than was asked for.</summary>
internal sealed partial class RemoteObject : IStoredObject
{
    private const int KeptAtMost = 512 << 10;

    // Of an object that is read through: 8 MiB, which are on their way for 50 ms at 1.3 Gbit/s.
    private const int RequestsAhead = 8;

    private readonly Connection connection;
    private readonly ObjectPath path;
    private readonly ReadUnits units;
    private readonly RecentRanges recent;
    private readonly KeptObject? kept;

    /// <param name="connection">To the server.</param>
    /// <param name="path">The object.</param>
    /// <param name="length">Its length.</param>
    /// <param name="received">When the server received it.</param>
    /// <param name="units">What was read of this and other objects.</param>
    /// <param name="recent">Short ranges that were read of this and other objects.</param>
    /// <param name="version">Its version, if the server says so.</param>
    /// <param name="kept">What the cache of this machine has of this version; null if nothing is to be kept.</param>
    internal RemoteObject(
        Connection connection, ObjectPath path, long length, UnixTime received, ReadUnits units, RecentRanges recent,
        ReadOnlyMemory<byte> version = default, KeptObject? kept = null)
    {
        this.connection = connection;
        this.path = path;
        this.units = units;
        this.recent = recent;
        this.kept = kept;
        Length = length;
        Received = received;
        Version = version;
    }

    public BytePath Shown => connection.Location.Join(path.Path);

    public long Length { get; }

    public UnixTime Received { get; }

    public ReadOnlyMemory<byte> Version { get; }

    public int ReadAt(Span<byte> buffer, long offset)
    {
        // Beyond its end there is nothing to be asked for.
        buffer = buffer[..(int)Math.Clamp(Length - offset, 0, buffer.Length)];
        if (recent.TryRead(path.Path, offset, buffer))
        {
            return buffer.Length;
        }

        if (connection.IsAnnounced(PartOf(offset, buffer.Length, 0)))
        {
            int count = ReadLong(buffer, offset);
            if (count == buffer.Length)
            {
                recent.Keep(path.Path, offset, buffer);
            }

            return count;
        }

        bool isAtHand = kept is not null ? TryReadUnits(buffer, offset, FindVerified)
            : buffer.Length <= KeptAtMost && TryReadUnits(buffer, offset, FindRead);
        return isAtHand ? buffer.Length
            : buffer.Length <= ReadUnits.Size / 2 ? ReadShort(buffer, offset)
            : ReadLong(buffer, offset);
    }

    public bool TryAnnounce(long offset, int length, bool mayBeKept)
    {
        length = (int)Math.Clamp(Length - offset, 0, length);
        if (mayBeKept && kept is not null)
        {
            return TryAnnounceUnits(offset / ReadUnits.Size, EndOf(offset, length));
        }

        if (recent.Has(path.Path, offset, length) || AreLikelyAtHand(offset, length))
        {
            return true;
        }

        for (int at = 0; at < length; at += MessageLimits.Data)
        {
            if (!connection.TryAnnounce(PartOf(offset, length, at)))
            {
                return false;
            }
        }

        return true;
    }

    public bool IsUnderWay(long offset, int length, bool mayBeKept)
    {
        length = (int)Math.Clamp(Length - offset, 0, length);
        if (mayBeKept && kept is not null)
        {
            long end = EndOf(offset, length), first = FirstLacking(offset / ReadUnits.Size, end, isExpected: false);
            return first < end && AnnouncedWith(first) is { } range && connection.IsUnderWay(RequestFor(range));
        }

        return connection.IsUnderWay(PartOf(offset, length, 0));
    }

    public long ReadThrough(Action<ReadOnlySpan<byte>> take)
    {
        Queue<PendingAnswer> parts = new();
        try
        {
            long asked = 0, done = 0;
            while (done < Length)
            {
                for (; asked < Length && parts.Count < RequestsAhead; asked += MessageLimits.Data)
                {
                    parts.Enqueue(connection.Send(
                        new Request { Verb = Verb.Read, Path = path.Path, At = asked, Most = (int)Math.Min(Length - asked, MessageLimits.Data) }));
                }

                using PendingAnswer part = parts.Dequeue();
                int due = (int)Math.Min(Length - done, MessageLimits.Data);
                ReadOnlySpan<byte> read = Read(part.Wait(), due);
                take(read);
                done += read.Length;
                if (read.Length < due)
                {
                    break;
                }
            }

            return done;
        }
        finally
        {
            foreach (PendingAnswer part in parts)
            {
                part.Dispose();
            }
        }
    }

    /// <summary>Keeps the units of which all was read of the repository, also in the cache of this machine.</summary>
    /// <param name="bytes">What was read.</param>
    /// <param name="offset">From where.</param>
    internal void Keep(ReadOnlySpan<byte> bytes, long offset)
    {
        for (long unit = (offset + ReadUnits.Size - 1) / ReadUnits.Size; unit * ReadUnits.Size < offset + bytes.Length; unit++)
        {
            ReadOnlySpan<byte> rest = bytes[(int)((unit * ReadUnits.Size) - offset)..];
            if (rest.Length >= LengthOf(unit))
            {
                kept?.Keep(unit, rest[..LengthOf(unit)]);
                units.Keep(path.Path, unit, rest[..LengthOf(unit)].ToArray(), isRead: true);
            }
        }
    }

    public void Dispose()
    {
    }

    /// <summary>Reads a range of which every unit is at hand.</summary>
    /// <param name="buffer">Takes it, or some of it where one is not.</param>
    /// <param name="offset">Where it begins.</param>
    /// <param name="find">Finds a unit; null if it is not at hand.</param>
    private bool TryReadUnits(Span<byte> buffer, long offset, Func<long, byte[]?> find)
    {
        for (int done = 0; done < buffer.Length;)
        {
            long unit = (offset + done) / ReadUnits.Size;
            if (find(unit) is not { } bytes)
            {
                return false;
            }

            done += Copy(bytes, unit, buffer[done..], offset + done);
        }

        return true;
    }

    /// <summary>The request for one part of a range.</summary>
    /// <param name="offset">Where the range begins.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="at">Where in it the part begins.</param>
    private Request PartOf(long offset, int length, int at) =>
        new() { Verb = Verb.Read, Path = path.Path, At = offset + at, Most = Math.Min(length - at, MessageLimits.Data) };

    /// <summary>Whether every unit of a range was read, or is kept here and need only be compared.</summary>
    private bool AreLikelyAtHand(long offset, int length)
    {
        for (long unit = offset / ReadUnits.Size; unit * ReadUnits.Size < offset + length; unit++)
        {
            if (kept?.Has(unit) != true && FindRead(unit) is null)
            {
                return false;
            }
        }

        return true;
    }

    private byte[]? FindRead(long unit) => units.Find(path.Path, unit, isRead: true);

    private static int Copy(byte[] bytes, long unit, Span<byte> target, long offset)
    {
        ReadOnlySpan<byte> part = bytes.AsSpan((int)(offset - (unit * ReadUnits.Size)));
        part = part[..Math.Min(part.Length, target.Length)];
        part.CopyTo(target);
        return part.Length;
    }

    private int ReadShort(Span<byte> buffer, long offset)
    {
        for (int done = 0; done < buffer.Length;)
        {
            long unit = (offset + done) / ReadUnits.Size;
            if (FindRead(unit) is { } bytes)
            {
                done += Copy(bytes, unit, buffer[done..], offset + done);
            }
            else if (!TryFetch(unit, unit + 1, FindRead))
            {
                // Where storage has lost some of it, no more is read than was asked for.
                return ReadLong(buffer, offset);
            }
        }

        return buffer.Length;
    }

    private int LengthOf(long first, long end) => (int)(Math.Min(end * ReadUnits.Size, Length) - (first * ReadUnits.Size));

    private int LengthOf(long unit) => (int)Math.Min(ReadUnits.Size, Length - (unit * ReadUnits.Size));

    private int ReadLong(Span<byte> buffer, long offset)
    {
        List<PendingAnswer> parts = [];
        try
        {
            for (int at = 0; at < buffer.Length; at += MessageLimits.Data)
            {
                parts.Add(connection.Send(PartOf(offset, buffer.Length, at)));
            }

            int done = 0;
            for (int i = 0; i < parts.Count; i++)
            {
                Span<byte> target = buffer[(i * MessageLimits.Data)..];
                target = target[..Math.Min(target.Length, MessageLimits.Data)];
                int count = Take(parts[i].Wait(), target);
                done += count;
                if (count < target.Length)
                {
                    break;
                }
            }

            return done;
        }
        finally
        {
            parts.ForEach(static part => part.Dispose());
        }
    }

    /// <summary>An answer without what was asked for.</summary>
    /// <param name="about">What it is about.</param>
    internal static StoreException NoAnswer(BytePath about)
    {
        const string Reason = "the server has not answered what was asked";
        return new(StoreTrouble.Broken, ExitCode.InputOutput, $"{about}: {Reason}", Reason);
    }

    private int Take(Answer answer, Span<byte> target)
    {
        ReadOnlySpan<byte> read = Read(answer, target.Length);
        read.CopyTo(target);
        return read.Length;
    }

    /// <summary>The bytes in the answer to a request for some.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="most">How many were asked for.</param>
    private ReadOnlySpan<byte> Read(Answer answer, int most)
    {
        if (answer.IsGone)
        {
            const string Reason = "it was deleted meanwhile";
            throw new StoreException(StoreTrouble.Broken, ExitCode.InputOutput, $"{Shown}: {Reason}", Reason);
        }

        return answer.Data is { } data && data.Length <= most ? data.Span : throw NoAnswer(Shown);
    }
}
