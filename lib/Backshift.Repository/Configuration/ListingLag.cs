using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Configuration;

/// <summary>
/// Whether listings of a repository may lag, for this program or for another one that takes another way to the same objects, as by a network; see
/// backshift-repository(5), "Listings". A program for which they lag leaves a mark before it relies on anything. It is looked up by its name, which never lags:
/// so a collector on the machine of the disk knows, too, that it has to wait for those who are shown its lists later.
/// </summary>
internal sealed class ListingLag
{
    /// <summary>For how long a listing may leave out what was published, or show what is gone.</summary>
    internal static readonly TimeSpan Most = TimeSpan.FromHours(12);

    /// <summary>No program has this identity: its fence is the mark.</summary>
    internal static readonly ObjectPath Mark = ObjectPath.Fence(default);

    /// <summary>Its intent is written once the mark is there, and so has a time at which all could see that: an object is dated before it is published, and
    /// how long before, where a network fails, nothing says.</summary>
    internal static readonly ObjectPath Since = ObjectPath.Intent(default, 1);

    // By how much clocks of file servers may differ.
    private const long ClockSeconds = 60;

    private readonly IObjectStore store;
    private bool isMarked;

    /// <param name="store">The store of the repository.</param>
    internal ListingLag(IObjectStore store) => this.store = store;

    /// <summary>
    /// Whether they may lag for anybody. It is looked up until it is so, and never remembered that it is not: the first program by a network may come at any
    /// moment.
    /// </summary>
    internal bool IsPossible => isMarked |= !store.IsImmediate || store.Raw.Exists(Mark) != false;

    /// <summary>Leaves the mark, if listings lag here. To be called before an intent is published, and before anything is relied on.</summary>
    /// <exception cref="StoreException">It cannot be written or made durable.</exception>
    internal void Announce() => Announce(store);

    /// <inheritdoc cref="Announce()"/>
    internal static void Announce(IObjectStore store)
    {
        if (!store.IsImmediate)
        {
            // In the clear in an encrypted repository, too: they say nothing of anybody, and are made before there is a key.
            Publish(store.Raw, Mark);
            Publish(store.Raw, Since);
        }
    }

    /// <summary>Whether this is one of the two objects, and no program's.</summary>
    internal static bool IsMark(ObjectPath path) => path == Mark || path == Since;

    /// <summary>
    /// Only what was received from this time on may be relied on, by the clock of the store; null for everything. A collector that has not seen the mark
    /// deletes at once what it has condemned before the mark was left, and listings here show what it has condemned only when the lag has passed.
    /// </summary>
    /// <param name="hasAnnounced">Whether this program has left the mark; one that may not write refers to all that it finds, and a writer verifies it.</param>
    /// <exception cref="StoreException">It cannot be told.</exception>
    internal UnixTime? NotBefore(bool hasAnnounced = true)
    {
        if (store.IsImmediate)
        {
            return null;
        }

        if (ReceivedOf(Since) is not { } since)
        {
            return !hasAnnounced ? null : throw new StoreException(StoreTrouble.Broken, ExitCode.InputOutput,
                $"{store.Location.Join(Since.Path)}: is gone", "it was published a moment ago");
        }

        UnixTime now = store.Now();
        if (hasAnnounced && since.Seconds > now.Seconds + ClockSeconds)
        {
            // A clock was wrong. Nothing would count as received since, for as long as it was.
            store.Raw.Delete(Since);
            Publish(store.Raw, Since);
            since = ReceivedOf(Since) ?? now;
        }

        // Where they are older than the configuration they were made with the repository: there has been no collector before.
        bool isNew = now.Seconds - since.Seconds < (long)Most.TotalSeconds;
        return isNew && ReceivedOf(ObjectPath.Configuration) is { } made && made.CompareTo(since) < 0 ? since : null;
    }

    /// <summary>Refuses what relies on packs without storing anew what it cannot rely on.</summary>
    /// <exception cref="BackshiftException">Listings lag here, and the mark is so new that a collector may not know it.</exception>
    internal void RefuseAtFirst()
    {
        Announce();
        if (NotBefore() is { } marked)
        {
            double hours = Math.Ceiling(Most.TotalHours - ((store.Now().Seconds - marked.Seconds) / 3600.0));
            throw new BackshiftException(ExitCode.Busy,
                $"{store.Location}: is reached by a network for the first time, and a collection on the machine that has the disk may not know of that yet",
                $"run this on that machine, or here in {hours:0} hours");
        }
    }

    private static void Publish(IObjectStore raw, ObjectPath path)
    {
        if (raw.Exists(path) != true)
        {
            raw.TryPublish(path, SmallObject.Encode(new ObjectHeader(ObjectType.Intent, 0, default), EmptyMap));
        }
    }

    private static ReadOnlySpan<byte> EmptyMap => [0x80];

    private UnixTime? ReceivedOf(ObjectPath path)
    {
        using IStoredObject? stored = store.Raw.TryOpen(path, ObjectEnd.Head, [], out _);
        return stored?.Received;
    }
}
