using Backshift.Chunking;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Sealing;

namespace Backshift.Tools.Chunk;

/// <summary>How files are read and cut.</summary>
/// <param name="Key">The seed of the cutter.</param>
/// <param name="Average">Average length of a chunk.</param>
/// <param name="Naming">How chunks are named: as the repository names them for which the stream is cut.</param>
internal sealed record ChunkSettings(CutterKey Key, int Average, ChunkNaming Naming)
{
    /// <summary>How many files are opened and read at a time.</summary>
    internal int Readers { get; init; } = 1;

    /// <summary>Whether every chunk carries its digest.</summary>
    internal bool Digests { get; init; }

    /// <summary>Whether the page cache is to stay as it is.</summary>
    internal bool LeaveCache { get; init; }

    /// <summary>Whether a file may have another inode than its entry says.</summary>
    internal bool IgnoreInode { get; init; }

    /// <summary>The average and the seed of the repository that the stream is for; without one, or if it is about to be created, the public defaults.</summary>
    /// <param name="average">The average that was asked for, or null.</param>
    /// <param name="repository">The repository, or null.</param>
    /// <param name="keys">Where the key of an encrypted repository comes from.</param>
    /// <param name="mayBeVacant">Whether a later program of the pipeline may be about to create it.</param>
    internal static ChunkSettings Of(int? average, BytePath? repository, IKeySource? keys, bool mayBeVacant)
    {
        if (repository is not { } path || (mayBeVacant && RepositoryDirectory.IsVacant(path)))
        {
            return new ChunkSettings(new CutterKey(CutterKey.PublicSeed), average ?? RepositoryConfig.DefaultAverage, ChunkNaming.Plain);
        }

        CuttingRules rules = CuttingRules.Read(path, keys);
        return new ChunkSettings(new CutterKey(rules.Seed), average ?? rules.Average, rules.Naming);
    }

    internal CutterNote Note => new("p16", Average, Key.Identity.ToArray());
}
