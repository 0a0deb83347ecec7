namespace Backshift.Repository.Repairing;

/// <summary>What a repair did.</summary>
public sealed class RepairCounts
{
    /// <summary>Small objects of which one copy was damaged, and that are whole again.</summary>
    public long MendedObjects { get; internal set; }

    /// <summary>Runs of the index that were made anew.</summary>
    public long RebuiltRuns { get; set; }

    /// <summary>Chunks that were copied out of packs that cannot be opened.</summary>
    public long SalvagedChunks { get; internal set; }

    /// <summary>Bytes that were copied out of packs with damaged blocks: of whole blocks as stored, of single chunks before compression.</summary>
    public long CopiedBytes { get; internal set; }

    /// <summary>Packs that were condemned.</summary>
    public long CondemnedPacks { get; internal set; }

    /// <summary>Packs that are gone, and that the index does not name any more.</summary>
    public long GonePacks { get; internal set; }

    /// <summary>Savesets that are marked as damaged now, and were not before.</summary>
    public long MarkedSavesets { get; internal set; }

    /// <summary>Savesets that are whole again.</summary>
    public long HealedSavesets { get; internal set; }

    /// <summary>Whether anything was changed.</summary>
    public bool HasChanges => MendedObjects + RebuiltRuns + SalvagedChunks + CopiedBytes + CondemnedPacks + GonePacks + MarkedSavesets + HealedSavesets > 0;
}
