using System.Buffers;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Caching;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <summary>An object behind a server. Long ranges are asked for in parts, all at once; for short ones more is fetched than was asked for.</summary>
internal sealed class RemoteObject : IStoredObject
{
    private const int KeptAtMost = 512 << 10;

    private readonly Connection connection;
    private readonly ObjectPath path;
    private readonly ReadUnits units;
    private readonly KeptObject? kept;

    /// <param name="connection">To the server.</param>
    /// <param name="path">The object.</param>
    /// <param name="length">Its length.</param>
    /// <param name="received">When the server received it.</param>
    /// <param name="units">What was read of this and other objects.</param>
    /// <param name="version">Its version, if the server says so.</param>
    /// <param name="kept">What the cache of this machine has of this version; null if nothing is to be kept.</param>
    internal RemoteObject(
        Connection connection, ObjectPath path, long length, UnixTime received, ReadUnits units, ReadOnlyMemory<byte> version = default, KeptObject? kept = null)
    {
        this.kept = kept;
        Version = version;
        this.connection = connection;
        this.path = path;
        this.units = units;
        Length = length;
        Received = received;
    }

    public BytePath Shown => connection.Location.Join(path.Path);

    public long Length { get; }

    public UnixTime Received { get; }

    public ReadOnlyMemory<byte> Version { get; }

    public int ReadAt(Span<byte> buffer, long offset)
    {
        // Beyond its end there is nothing to be asked for.
        buffer = buffer[..(int)Math.Clamp(Length - offset, 0, buffer.Length)];
        return buffer.Length <= ReadUnits.Size / 2 ? ReadShort(buffer, offset)
            : buffer.Length <= KeptAtMost && TryReadKept(buffer, offset) ? buffer.Length
            : ReadLong(buffer, offset);
    }

    public int ReadKept(Span<byte> buffer, long offset)
    {
        if (kept is null)
        {
            return ReadAt(buffer, offset);
        }

        buffer = buffer[..(int)Math.Clamp(Length - offset, 0, buffer.Length)];
        for (int done = 0; done < buffer.Length;)
        {
            long unit = (offset + done) / ReadUnits.Size;
            if (FindKept(unit) is { } bytes)
            {
                ReadOnlySpan<byte> part = bytes.AsSpan((int)(offset + done - (unit * ReadUnits.Size)));
                part = part[..Math.Min(part.Length, buffer.Length - done)];
                part.CopyTo(buffer[done..]);
                done += part.Length;
            }
            else if (!TryFetch(unit, offset + buffer.Length))
            {
                // As where storage has lost some of it.
                return ReadAt(buffer, offset);
            }
        }

        return buffer.Length;
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

    private byte[]? FindKept(long unit)
    {
        if (units.Find(path.Path, unit, isRead: false) is { } known)
        {
            return known;
        }

        byte[] bytes = new byte[LengthOf(unit)];
        if (!kept!.TryRead(unit, bytes))
        {
            return null;
        }

        units.Keep(path.Path, unit, bytes, isRead: false);
        return bytes;
    }

    // The units from the first one on that are wanted and not kept, as many as go into one answer.
    private bool TryFetch(long first, long end)
    {
        long last = first;
        while ((last + 1) * ReadUnits.Size < end && last + 1 - first < MessageLimits.Data / ReadUnits.Size && FindKept(last + 1) is null)
        {
            last++;
        }

        long from = first * ReadUnits.Size;
        byte[] bytes = ArrayPool<byte>.Shared.Rent((int)((last - first) * ReadUnits.Size) + LengthOf(last));
        try
        {
            Span<byte> wanted = bytes.AsSpan(0, (int)((last - first) * ReadUnits.Size) + LengthOf(last));
            if (ReadLong(wanted, from) != wanted.Length)
            {
                return false;
            }

            Keep(wanted, from);
            return true;
        }
        catch (StoreException)
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    // As after an end of the object was read.
    private bool TryReadKept(Span<byte> buffer, long offset)
    {
        for (int done = 0; done < buffer.Length;)
        {
            long unit = (offset + done) / ReadUnits.Size;
            if (units.Find(path.Path, unit, isRead: true) is not { } bytes)
            {
                return false;
            }

            ReadOnlySpan<byte> part = bytes.AsSpan((int)(offset + done - (unit * ReadUnits.Size)));
            part = part[..Math.Min(part.Length, buffer.Length - done)];
            part.CopyTo(buffer[done..]);
            done += part.Length;
        }

        return true;
    }

    private int ReadShort(Span<byte> buffer, long offset)
    {
        int done = 0;
        while (done < buffer.Length)
        {
            long unit = (offset + done) / ReadUnits.Size;
            if (units.Find(path.Path, unit, isRead: true) is not { } bytes)
            {
                bytes = new byte[LengthOf(unit)];
                if (!TryReadUnit(unit, bytes))
                {
                    return ReadLong(buffer, offset);
                }

                units.Keep(path.Path, unit, bytes, isRead: true);
            }

            ReadOnlySpan<byte> part = bytes.AsSpan((int)(offset + done - (unit * ReadUnits.Size)));
            part = part[..Math.Min(part.Length, buffer.Length - done)];
            part.CopyTo(buffer[done..]);
            done += part.Length;
        }

        return done;
    }

    // Where storage has lost some of it, no more is read than was asked for.
    private bool TryReadUnit(long unit, byte[] bytes)
    {
        try
        {
            return ReadLong(bytes, unit * ReadUnits.Size) == bytes.Length;
        }
        catch (StoreException)
        {
            return false;
        }
    }

    private int LengthOf(long unit) => (int)Math.Min(ReadUnits.Size, Length - (unit * ReadUnits.Size));

    private int ReadLong(Span<byte> buffer, long offset)
    {
        List<PendingAnswer> parts = [];
        try
        {
            for (int at = 0; at < buffer.Length; at += MessageLimits.Data)
            {
                parts.Add(connection.Send(
                    new Request { Verb = Verb.Read, Path = path.Path, At = offset + at, Most = Math.Min(buffer.Length - at, MessageLimits.Data) }));
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
        if (answer.IsGone)
        {
            const string Reason = "it was deleted meanwhile";
            throw new StoreException(StoreTrouble.Broken, ExitCode.InputOutput, $"{Shown}: {Reason}", Reason);
        }

        if (answer.Data is not { } data || data.Length > target.Length)
        {
            throw NoAnswer(Shown);
        }

        data.Span.CopyTo(target);
        return data.Length;
    }
}
