using Backshift.Objects;
using Backshift.Records;
using Backshift.Remote.Serving;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Judging;

/// <summary>
/// Verifies for the server of a repository that is not encrypted what a client publishes: that each chunk in a pack is the one that its digest names, and that
/// a run says of packs what is so. All hosts of such a repository rely on what one of them has stored, so one that lies would spoil the savesets of the others.
/// What is encrypted it cannot judge; there host keys keep hosts from relying on each other.
/// </summary>
public sealed class ContentJudge : IContentJudge
{
    // What deltas are made against: blocks of a few packs.
    private const long BlocksKept = 8 << 20;

    private readonly Func<IObjectStore> open;
    private readonly Lock gate = new();
    private bool isOpen;
    private RepositoryDirectory? repository;
    private ChunkFinder? finder;
    private PackVerification? blocks;

    /// <param name="open">Opens the store of the repository; called when the first pack or run comes.</param>
    public ContentJudge(Func<IObjectStore> open) => this.open = open;

    /// <summary>Whether it ever looks into objects of a type.</summary>
    internal static bool Judges(ObjectType type) => type is ObjectType.Pack or ObjectType.Run;

    public string? FaultOf(ObjectPath path, IStoredObject content)
    {
        if (!Judges(path.Type))
        {
            return null;
        }

        lock (gate)
        {
            try
            {
                return Opened() is not { } plain ? null
                    : path.Type == ObjectType.Pack ? FaultOfPack(plain, path.Name, content)
                    : RunJudgement.FaultOf(plain, Finder(plain), path.Name, content);
            }
            catch (BackshiftException e) when (e is not StoreException && e.Code == ExitCode.DataError)
            {
                return e.Message;
            }
        }
    }

    public void Dispose()
    {
        blocks?.Dispose();
        finder?.Dispose();
        repository?.Dispose();
    }

    // Null for one that is encrypted.
    private RepositoryDirectory? Opened()
    {
        if (!isOpen)
        {
            IObjectStore? store = open();
            try
            {
                if (!RepositoryConfig.Read(store).IsSealed)
                {
                    repository = RepositoryDirectory.Open(store);
                    store = null;
                }
            }
            finally
            {
                store?.Dispose();
            }

            isOpen = true;
        }

        return repository;
    }

    private ChunkFinder Finder(RepositoryDirectory plain)
    {
        finder ??= new ChunkFinder(plain, static _ => { }, isReader: true, footprint: ChunkFinder.WalkFootprint);

        // What was published a moment ago counts.
        finder.Outdate();
        return finder;
    }

    private string? FaultOfPack(RepositoryDirectory plain, ObjectName name, IStoredObject content)
    {
        OpenPack pack = OpenPack.Unpublished(plain.Store, content, name);
        PackDirectory directory = pack.Directory;
        if (directory.FaultOfHeader(content) is { } header)
        {
            return header;
        }

        blocks ??= new PackVerification(plain.Config.Naming);
        bool hasDeltas = false;
        for (int block = 0; block < directory.BlockCount; block++)
        {
            if (blocks.FaultOf(content, directory, block) is { } fault)
            {
                return $"block {block} {fault}";
            }

            hasDeltas |= directory.Block(block).Prefixes > 0;
        }

        return hasDeltas ? FaultOfDeltas(Finder(plain), pack) : null;
    }

    private static string? FaultOfDeltas(ChunkFinder finder, OpenPack pack)
    {
        // Some of them are made against chunks of the same pack.
        finder.Shelf.Lend(pack);
        try
        {
            using ChunkReader reader = new(finder, null, BlocksKept);
            DecodeJob job = new(finder.Naming);
            for (int block = 0; block < pack.Directory.BlockCount; block++)
            {
                if (pack.Directory.Block(block).Prefixes == 0)
                {
                    continue;
                }

                try
                {
                    reader.ReadInto(job, pack, block);
                }
                catch (BackshiftException e) when (e is not StoreException)
                {
                    return $"block {block} is a delta: {e.Message}";
                }

                if (!job.AreAllSound())
                {
                    return $"block {block} {job.Damage ?? "does not match the digest of its chunk"}";
                }
            }

            return null;
        }
        finally
        {
            finder.Shelf.TakeBack(pack);
        }
    }
}
