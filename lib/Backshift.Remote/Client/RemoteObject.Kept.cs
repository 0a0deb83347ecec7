using System.Buffers;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <content>Units: what is fetched at once, what the cache of this machine has, and what the server says of that.</content>
internal sealed partial class RemoteObject
{
    // As many as go into one answer.
    private const int FetchLimit = MessageLimits.Data / ReadUnits.Size;

    // What is asked of sums at once: the server reads 16 MiB for it.
    private const int SumsLimit = 16 * FetchLimit;

    private readonly Lock gate = new();

    // Reads that go forwards fetch more each time.
    private long fetchedTo = -1;
    private int fetch = 1;

    // The hashes that the server has of units from this one on.
    private long firstSum;
    private byte[] sums = [];

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
                done += Copy(bytes, unit, buffer[done..], offset + done);
            }
            else if (!TryFetch(unit, (offset + buffer.Length + ReadUnits.Size - 1) / ReadUnits.Size, FindKept))
            {
                // As where storage has lost some of it.
                return ReadAt(buffer, offset);
            }
        }

        return buffer.Length;
    }

    /// <summary>A unit that was read of the repository, or is kept here of the version that it has.</summary>
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

    /// <summary>A unit that was read of the repository, or is kept here and has the hash that the server has just taken of its own: as good as read.</summary>
    private byte[]? FindVerified(long unit)
    {
        if (FindRead(unit) is { } known)
        {
            return known;
        }

        if (kept?.Has(unit) != true || SumOf(unit) is not { } sum)
        {
            return null;
        }

        byte[] bytes = new byte[LengthOf(unit)];
        byte[] hash = new byte[Sha256.HashSizeInBytes];
        if (!kept.TryRead(unit, bytes))
        {
            return null;
        }

        Sha256.HashData(bytes, hash);
        if (!hash.AsSpan().SequenceEqual(sum.Span))
        {
            return null;
        }

        units.Keep(path.Path, unit, bytes, isRead: true);
        return bytes;
    }

    /// <summary>The hash that the server has of a unit; null where it gives none.</summary>
    private ReadOnlyMemory<byte>? SumOf(long unit)
    {
        lock (gate)
        {
            int at = (int)Math.Clamp((unit - firstSum) * Sha256.HashSizeInBytes, -1, int.MaxValue / 2);
            if (at < 0 || at >= sums.Length)
            {
                if (connection.HasNoSums)
                {
                    return null;
                }

                sums = AskSums(unit);
                firstSum = unit;
                at = 0;
            }

            return sums.Length < at + Sha256.HashSizeInBytes ? null : sums.AsMemory(at, Sha256.HashSizeInBytes);
        }
    }

    // Of those that follow too: what verifies one unit goes on to the others.
    private byte[] AskSums(long first)
    {
        List<PendingAnswer> parts = [];
        List<byte> found = [];
        try
        {
            long end = Math.Min(Length, (first + SumsLimit) * ReadUnits.Size);
            for (long at = first * ReadUnits.Size; at < end; at += MessageLimits.Data)
            {
                parts.Add(connection.Send(
                    new Request { Verb = Verb.Sums, Path = path.Path, At = at, Most = (int)Math.Min(end - at, MessageLimits.Data) }));
            }

            for (int i = 0; i < parts.Count; i++)
            {
                Answer answer = parts[i].Wait();
                ReadOnlyMemory<byte> part = answer.Sums.GetValueOrDefault();
                found.AddRange(part.Span);
                if (part.Length != FetchLimit * Sha256.HashSizeInBytes)
                {
                    break;
                }
            }
        }
        catch (StoreException e)
        {
            // A server that does not know the request, or a sector that it cannot read: what is read then says more.
            connection.HasNoSums |= e.Trouble == StoreTrouble.Refused;
        }
        finally
        {
            parts.ForEach(static part => part.Dispose());
        }

        return [.. found];
    }

    /// <summary>Announces the units that are not at hand, as <see cref="TryFetch"/> asks for them.</summary>
    /// <param name="first">The first.</param>
    /// <param name="end">The one after the last.</param>
    private bool TryAnnounceUnits(long first, long end)
    {
        while ((first = FirstLacking(first, end, isExpected: true)) < end)
        {
            long last = first + 1;
            while (last < Math.Min(end, first + FetchLimit) && !IsExpected(last))
            {
                last++;
            }

            if (!connection.TryAnnounce(RequestFor((first, last))))
            {
                return false;
            }

            units.Announced.Add(path.Path, (first, last));
            first = last;
        }

        return true;
    }

    /// <summary>Whether a unit is part of a range that was announced and not yet read.</summary>
    private bool IsExpected(long unit) => AnnouncedWith(unit) is not null;

    /// <summary>The range that was announced, and not yet read, in which a unit is; null if there is none.</summary>
    private (long First, long End)? AnnouncedWith(long unit) => units.Announced.Find(path.Path, unit, range => connection.IsAnnounced(RequestFor(range)));

    private Request RequestFor((long First, long End) range) => PartOf(range.First * ReadUnits.Size, LengthOf(range.First, range.End), 0);

    /// <summary>The first of some units that is not at hand; the end if there is none.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="isExpected">Whether units that were announced count as being at hand.</param>
    private long FirstLacking(long first, long end, bool isExpected)
    {
        while (first < end && (kept!.Has(first) || units.Find(path.Path, first, isRead: false) is not null || (isExpected && IsExpected(first))))
        {
            first++;
        }

        return first;
    }

    /// <summary>The unit after the last of a range.</summary>
    private static long EndOf(long offset, int length) => (offset + length + ReadUnits.Size - 1) / ReadUnits.Size;

    /// <summary>Fetches units, and more than are wanted where reads go forwards; false where storage has lost some of them.</summary>
    /// <param name="first">The first; it is not at hand.</param>
    /// <param name="end">The one after the last that is wanted.</param>
    /// <param name="find">Finds a unit with which this ends, since it is at hand.</param>
    private bool TryFetch(long first, long end, Func<long, byte[]?> find)
    {
        // What was announced is taken as it was, whichever part of it is read first.
        (long First, long End)? range = AnnouncedWith(first);
        lock (gate)
        {
            fetch = first == fetchedTo ? Math.Min(2 * fetch, FetchLimit) : 1;
            end = Math.Min(Math.Max(end, first + fetch), Math.Min(first + FetchLimit, (Length + ReadUnits.Size - 1) / ReadUnits.Size));
            fetchedTo = range?.End ?? end;
        }

        long last = first + 1;
        while (range is null && last < end && find(last) is null && !IsExpected(last))
        {
            last++;
        }

        (first, end) = range ?? (first, last);
        long from = first * ReadUnits.Size;
        int length = LengthOf(first, end);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Span<byte> wanted = bytes.AsSpan(0, length);
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
}
