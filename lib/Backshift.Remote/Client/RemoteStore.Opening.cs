using Backshift.Objects;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <content>Opening objects.</content>
public sealed partial class RemoteStore
{
    public IStoredObject? TryOpen(ObjectPath path, ObjectEnd end, Span<byte> buffer, out int count)
    {
        count = 0;
        if (path == ObjectPath.Configuration && configuration is { } kept)
        {
            ReadOnlySpan<byte> shown = Shown(kept.Bytes, end, buffer.Length);
            shown.CopyTo(buffer);
            count = shown.Length;
            return kept.Opened;
        }

        if (!buffer.IsEmpty && (path.Type, end) == (ObjectType.Pack, ObjectEnd.Tail) && cache is not null && units.HavePublished(path.Path))
        {
            return TryOpenPublished(path, buffer, out count);
        }

        int least = Math.Min(buffer.Length, MessageLimits.Data), most = MostOf(path, end, least);
        if (most > least)
        {
            try
            {
                return TryOpen(path, end, buffer, most, out count);
            }
            catch (StoreException e) when (e.Trouble == StoreTrouble.Broken)
            {
                // A bad sector, perhaps, in what was not asked for.
                most = least;
            }
        }

        return TryOpen(path, end, buffer, most, out count);
    }

    // Nothing of it is fetched.
    private RemoteObject? TryOpenPublished(ObjectPath path, Span<byte> buffer, out int count)
    {
        RemoteObject? opened = TryOpen(path, ObjectEnd.Tail, [], 0, out count);
        count = opened?.ReadKept(buffer[..(int)Math.Min(buffer.Length, opened.Length)], Math.Max(0, opened.Length - buffer.Length)) ?? 0;
        return opened;
    }

    public bool TryAnnounceOpening(ObjectPath path, ObjectEnd end, int length) => ahead.ComesByPlace(path)
        || connection.TrySendAhead(Opening(path, end, AnnouncedOf(path, end, length)));

    public bool IsOpeningUnderWay(ObjectPath path, ObjectEnd end, int length) => connection.IsUnderWay(Opening(path, end, AnnouncedOf(path, end, length)));

    private int AnnouncedOf(ObjectPath path, ObjectEnd end, int length) => MostOf(path, end, Math.Min(length, MessageLimits.Data));

    // Of packs the directory, and of runs the table and the pages of what is looked up, are mostly read next. The first unit of a directory is wanted as a
    // whole, so that it can be kept.
    private int MostOf(ObjectPath path, ObjectEnd end, int least) => (path.Type, end) switch
    {
        (ObjectType.Run, _) when least is > 0 and < Ahead => ahead.OfRuns,
        (ObjectType.Pack, ObjectEnd.Tail) when least is > 0 and < Ahead => Ahead,
        (ObjectType.Pack, ObjectEnd.Tail) when least > Ahead => IsLikelyAtHand(path) ? Ahead : Math.Min(least + ReadUnits.Size, MessageLimits.Data),
        _ => least,
    };

    private Request Opening(ObjectPath path, ObjectEnd end, int most) =>
        new() { Verb = Verb.Open, Path = path.Path, End = end, Most = most, Known = cache?.KnownVersion(path, end, most) };

    // Kept here, or asked for already: in both cases as programs ask for packs first.
    private bool IsLikelyAtHand(ObjectPath pack) => cache?.KnownVersion(pack, ObjectEnd.Tail, Ahead) is not null
        || connection.IsExpected(new Request { Verb = Verb.Open, Path = pack.Path, End = ObjectEnd.Tail, Most = Ahead });

    private RemoteObject? TryOpen(ObjectPath path, ObjectEnd end, Span<byte> buffer, int most, out int count)
    {
        count = 0;
        Request open = Opening(path, end, most);
        using OpenedByPlace? placed = most > 0 && open.Known is null ? connection.TakeByPlace(path) : null;
        if (placed?.Has(end) == false)
        {
            // The other end, and no more than is missing.
            most = Math.Clamp(placed.Missing, Math.Min(most, buffer.Length), most);
            open = open with { Most = most };
        }

        using PendingAnswer? asked = placed?.Has(end) == true ? null : connection.Send(open);
        ahead.AfterOpen(path, open);
        Answer answer = asked is not null ? asked.Wait() : placed!.Answer;
        if (asked is null)
        {
            connection.Note(open);
            most = placed!.Request.Most;
        }

        if (answer.IsGone)
        {
            return null;
        }

        long length = answer.Length is { } known and <= LengthLimit ? known : throw NoAnswer(path);
        ReadOnlyMemory<byte> version = answer.Version.GetValueOrDefault().ToArray();
        RemoteObject opened = new(
            connection, path, length, answer.Received ?? throw NoAnswer(path), units, recent, version, cache?.Find(path, length, version.Span));
        ReadOnlySpan<byte> part = answer.Data.GetValueOrDefault().Span;
        int wanted = (int)Math.Min(buffer.Length, opened.Length);
        if (most == Ahead && (path.Type, end) == (ObjectType.Pack, ObjectEnd.Tail))
        {
            // The cache has as much of the rest as its directory takes, and perhaps no more.
            wanted = Math.Min(wanted, most);
        }

        if (asked is not null && placed is not null)
        {
            placed.KeepIn(opened);
        }

        int due = (int)Math.Min(most, opened.Length);
        if (part.Length > due)
        {
            throw NoAnswer(path);
        }

        if (path == ObjectPath.Configuration && part.Length == length)
        {
            configuration = new Known(opened, part.ToArray());
            cache?.Know(part);
        }

        if (answer.Data is null && !version.IsEmpty)
        {
            // It is kept here, or was a moment ago.
            count = opened.ReadKept(buffer[..wanted], end == ObjectEnd.Head ? 0 : opened.Length - wanted);
        }
        else if (wanted <= most)
        {
            opened.Keep(part, end == ObjectEnd.Head ? 0 : opened.Length - due);
            if (path.Type == ObjectType.Run && opened.Length - due is > 0 and <= Ahead && cache is not null)
            {
                // Not waited for, and nothing more is ever asked for of it.
                opened.TryAnnounce(end == ObjectEnd.Head ? due : 0, (int)opened.Length - due, mayBeKept: true);
            }

            // Storage may have lost some.
            part = end == ObjectEnd.Head ? part[..Math.Min(part.Length, wanted)] : part[Math.Min(part.Length, due - wanted)..];
            part.CopyTo(buffer);
            count = part.Length;
        }
        else
        {
            opened.Keep(part, end == ObjectEnd.Head ? 0 : opened.Length - due);
            count = opened.ReadAt(buffer[..wanted], end == ObjectEnd.Head ? 0 : opened.Length - wanted);
        }

        return opened;
    }
}
