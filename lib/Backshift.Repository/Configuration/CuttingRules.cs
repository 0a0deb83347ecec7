using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Client;
using Backshift.Sealing;

namespace Backshift.Repository.Configuration;

/// <summary>How files are cut into chunks for a repository, and how these are named: all that a program needs which cuts and does not store.</summary>
/// <param name="Average">Average length of a chunk in bytes.</param>
/// <param name="Seed">The seed of the cutter, 32 bytes.</param>
/// <param name="Naming">How chunks are named.</param>
public sealed record CuttingRules(int Average, byte[] Seed, ChunkNaming Naming)
{
    /// <summary>Reads them. Of an encrypted repository only its configuration and slots are read, and no other keys are kept than those for this.</summary>
    /// <param name="root">The directory of the repository.</param>
    /// <param name="source">Where the key of an encrypted repository comes from; null for nowhere.</param>
    /// <exception cref="BackshiftException">There is no repository, or its configuration is damaged, or there is no key.</exception>
    public static CuttingRules Read(BytePath root, IKeySource? source)
    {
        using IObjectStore store = Stores.Open(root);
        RepositoryConfig config = RepositoryConfig.Read(store);
        if (config.IsSealed)
        {
            using ChunkKeys keys = SealedRepository.FindChunkKeys(store, config.Sum, source);
            return new CuttingRules(config.CutterAverage, keys.Cutter.ToArray(), ChunkNaming.Keyed(keys.Chunks));
        }

        SealedRepository.RefuseExchanged(store);
        SealedRepository.RefusePlain(store.Location, source);
        config = config.WithSettings(store);
        return new CuttingRules(config.CutterAverage, config.CutterSeed, config.Naming);
    }
}
