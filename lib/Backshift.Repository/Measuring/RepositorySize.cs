namespace Backshift.Repository.Measuring;

/// <summary>What a repository holds.</summary>
public sealed record RepositorySize
{
    /// <summary>The savesets that were asked for, in the order in which they were started.</summary>
    public required IReadOnlyList<SavesetSize> Savesets { get; init; }

    /// <summary>All hosts, in the order of their names, with all their savesets.</summary>
    public required IReadOnlyList<HostSize> Hosts { get; init; }

    /// <summary>Number of chunks that savesets need.</summary>
    public long Chunks { get; init; }

    /// <summary>The bytes of these, each counted once: what is left after deduplication.</summary>
    public long UniqueBytes { get; init; }

    /// <summary>What these take in packs: what is left after compression.</summary>
    public long StoredBytes { get; init; }

    /// <summary>Number of packs.</summary>
    public long Packs { get; init; }

    /// <summary>The length of all packs: with their directories, and with what no saveset needs.</summary>
    public long PackBytes { get; init; }

    /// <summary>Whether everything that savesets need was found and could be read; if not, the sizes may be too small.</summary>
    public bool IsWhole { get; init; }
}
