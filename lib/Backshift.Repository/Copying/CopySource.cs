using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Intents;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Copying;

/// <summary>The repository that is copied from. Where this program may write there, it announces itself, and collectors wait for it.</summary>
internal sealed class CopySource : IDisposable
{
    private const long ReaderBytes = 32 << 20;

    private readonly OwnIntent? intent;
    private readonly Action<BackshiftException> warn;
    private readonly DecodeJob job;

    /// <param name="repository">The repository; not closed with this.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="warn">Receives objects that cannot be used, while others may still replace them.</param>
    internal CopySource(RepositoryDirectory repository, TimeProvider clock, Action<BackshiftException> warn)
    {
        Directory = repository;
        this.warn = warn;
        job = new DecodeJob(repository.Config.Naming);
        intent = TryAnnounce(repository, clock);
        List<ObjectName> lists = [];
        Condemned = CondemnedPacks.Read(repository, warn, lists);
        try
        {
            intent?.Honour(lists);
        }
        catch (StoreException e)
        {
            // Collectors wait for it all the same.
            warn(e);
        }

        Finder = new ChunkFinder(repository, warn, isReader: true, footprint: ChunkFinder.WalkFootprint);
        Reader = new ChunkReader(Finder, null, ReaderBytes);
    }

    internal RepositoryDirectory Directory { get; }

    /// <summary>Packs that are about to be deleted, as far as was known at the beginning.</summary>
    internal IReadOnlySet<ObjectName> Condemned { get; }

    internal ChunkFinder Finder { get; }

    internal ChunkReader Reader { get; }

    /// <summary>Opens a pack; null if it cannot be used.</summary>
    internal OpenPack? TryOpen(ObjectName name) => Finder.Shelf.TryOpen(name);

    /// <summary>Whether all chunks of a block match their digests, given its bytes as they are stored.</summary>
    internal bool IsSound(OpenPack pack, int number, byte[] stored) => Reader.IsSound(job, pack, number, stored);

    /// <summary>Renews the intent if it is time.</summary>
    internal void Renew()
    {
        if (intent is not null)
        {
            Housekeeping.Do("the intent of this copy cannot be renewed", warn, intent.RenewIfDue);
        }
    }

    private static OwnIntent? TryAnnounce(RepositoryDirectory repository, TimeProvider clock)
    {
        if (repository.Config.WriteRefusal is not null)
        {
            return null;
        }

        try
        {
            return OwnIntent.Announce(repository, IntentKind.Read, clock);
        }
        catch (StoreException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        Reader.Dispose();
        Finder.Dispose();
        intent?.Dispose();
    }
}
