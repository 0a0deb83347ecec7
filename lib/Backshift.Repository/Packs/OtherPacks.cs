using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Packs;

/// <summary>
/// Packs that other writers publish while we write. Two first saves of the same files make the same packs: one that holds nothing besides theirs need not be
/// published. This only saves space, so trouble with it is ignored. For use by the thread that publishes.
/// </summary>
internal sealed class OtherPacks : IDisposable
{
    private const long MaxFootprint = 8 << 20;

    // Where listing takes long, it gets at most a fifth of the time of this thread.
    private const int PauseFactor = 4;
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly RepositoryDirectory repository;
    private readonly HashSet<ObjectName> known;
    private readonly IReadOnlySet<ObjectName> condemned;
    private readonly UnixTime? notBefore;
    private readonly Queue<PackDirectory> others = new();
    private readonly TimeProvider clock;
    private long footprint;
    private long looked;
    private TimeSpan pause;
    private bool isStuck;
    private bool hasLooked;
    private IDisposable? lease;

    /// <param name="repository">Where.</param>
    /// <param name="known">The packs that were there when the writer began, as far as its listing showed them.</param>
    /// <param name="condemned">Packs whose chunks do not count as stored: the listing may not have shown one of them.</param>
    /// <param name="notBefore">Earlier ones do not count either; see <see cref="ListingLag.NotBefore"/>.</param>
    internal OtherPacks(RepositoryDirectory repository, HashSet<ObjectName> known, IReadOnlySet<ObjectName> condemned, UnixTime? notBefore)
    {
        this.condemned = condemned;
        this.notBefore = notBefore;
        this.repository = repository;
        clock = repository.Clock;
        this.known = known;
    }

    /// <summary>
    /// Keeps other writers from publishing for a moment, so that of two writers with the same pack the second sees the pack of the first. Waits at most ten
    /// seconds, and only once for a writer that is stopped. Where there are no locks, or none that all writers see, both packs are published. Does nothing if
    /// they are kept from it already.
    /// </summary>
    internal void Lock()
    {
        if (lease is not null)
        {
            return;
        }

        long start = clock.GetTimestamp();
        try
        {
            while ((lease = repository.Store.TryLease(LeaseKind.Publishing)) is null)
            {
                if (isStuck || clock.GetElapsedTime(start) >= LongestWait)
                {
                    isStuck = true;
                    return;
                }

                Thread.Sleep(Step);
            }

            isStuck = false;
        }
        catch (Exception e) when (e is StoreException or IOException)
        {
            // Then both may publish the same. What stands in the way here stands in the way of publishing too, and is reported there.
        }
    }

    internal void Unlock()
    {
        lease?.Dispose();
        lease = null;
        hasLooked = false;
    }

    /// <summary>Notes that this writer is about to publish a pack.</summary>
    internal void Add(PackWriter own) => known.Add(own.Name);

    /// <summary>Whether others have published all that a pack holds. Their names are durable then.</summary>
    internal bool Hold(PackWriter pack)
    {
        try
        {
            Look();
            PackGroups groups = new(repository);
            for (int slot = 0; slot < pack.ChunkCount; slot++)
            {
                Digest digest = pack.DigestAt(slot);

                // A delta can be lost with what it was made against, while ours may be whole.
                PackDirectory? holder =
                    others.FirstOrDefault(other => other.Find(digest) is >= 0 and int found && other.Block(other.BlockOf(found)).Prefixes == 0);
                if (holder is null)
                {
                    return false;
                }

                groups.Sync(holder.Name);
                pack.Holders.Add(holder.Name);
            }

            return true;
        }
        catch (Exception e) when (e is BackshiftException or IOException)
        {
            // A listing or a directory that cannot be read, or a name that cannot be made durable: not to be relied on. Ours is published.
            return false;
        }
    }

    public void Dispose() => Unlock();

    private void Look()
    {
        if (hasLooked || clock.GetElapsedTime(looked) < pause)
        {
            return;
        }

        long start = clock.GetTimestamp();
        foreach (ObjectName name in repository.ListPacks())
        {
            if (known.Add(name) && !condemned.Contains(name))
            {
                TryTake(name);
            }
        }

        // As long as it is locked, others publish nothing, unless they have lost patience: then both publish the same.
        hasLooked = lease is not null;
        looked = clock.GetTimestamp();
        TimeSpan taken = clock.GetElapsedTime(start);
        pause = taken > Long ? taken * PauseFactor : TimeSpan.Zero;
    }

    private void TryTake(ObjectName name)
    {
        try
        {
            using OpenPack? pack = OpenPack.TryOpen(repository, name);
            if (pack is not { Stored.IsReliable: true } || (notBefore is { } time && pack.Stored.Received.CompareTo(time) < 0))
            {
                return;
            }

            others.Enqueue(pack.Directory);
            footprint += pack.Directory.Footprint;
        }
        catch (Exception e) when (e is BackshiftException or IOException)
        {
            // If it is needed, its reader reports this.
            return;
        }

        while (footprint > MaxFootprint)
        {
            footprint -= others.Dequeue().Footprint;
        }
    }
}
