namespace Backshift.Repository.Collecting;

/// <summary>What a collection found and did. Bytes are of whole packs, as stored.</summary>
public sealed class CollectCounts
{
    /// <summary>Packs in the repository, before.</summary>
    public long Packs { get; internal set; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Savesets that were read.</summary>
    public long Savesets { get; internal set; }

    /// <summary>Packs of which nothing is needed.</summary>
    public long UnneededPacks { get; internal set; }

    /// <summary>Their bytes.</summary>
    public long UnneededBytes { get; internal set; }

    /// <summary>Packs of which a part is needed and that are rewritten.</summary>
    public long RewrittenPacks { get; internal set; }

    /// <summary>Their bytes.</summary>
    public long RewrittenBytes { get; internal set; }

    /// <summary>Bytes of blocks that were copied out of packs, as stored; an estimate in a dry run.</summary>
    public long CopiedBytes { get; internal set; }

    /// <summary>Deltas that are stored plainly, so that what they are made against can go.</summary>
    public long PlainDeltas { get; internal set; }

    /// <summary>Old packs that are compressed once more.</summary>
    public long RecompressedPacks { get; internal set; }

    /// <summary>Their bytes.</summary>
    public long RecompressedBytes { get; internal set; }

    /// <summary>Unused bytes that stay in packs that are needed otherwise; null where only packs are counted, and not chunks.</summary>
    public long? UnusedBytes { get; internal set; } = 0;

    /// <summary>Packs that were deleted.</summary>
    public long DeletedPacks { get; internal set; }

    /// <summary>Their bytes.</summary>
    public long DeletedBytes { get; internal set; }

    /// <summary>Expired savesets whose data has gone, and that cannot be brought back any more.</summary>
    public long ForgottenSavesets { get; internal set; }

    /// <summary>Packs that are condemned and wait: for a writer to end, or for the time that the store needs.</summary>
    public long WaitingPacks { get; internal set; }

    /// <summary>What they wait for, in words; empty if nothing waits.</summary>
    public string WaitingFor { get; internal set; } = "";

    /// <summary>Faults that were found on the way.</summary>
    public long Faults { get; internal set; }
}
