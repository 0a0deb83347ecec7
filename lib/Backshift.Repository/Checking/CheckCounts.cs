namespace Backshift.Repository.Checking;

/// <summary>What a check has looked at, and how much of it is damaged.</summary>
public sealed class CheckCounts
{
    public long Savesets { get; internal set; }

    /// <summary>Entries of all savesets; one that several share counts for each.</summary>
    public long Entries { get; internal set; }

    public long Packs { get; internal set; }

    /// <summary>Packs that a condemned list names: they may be damaged, and nothing is built on them.</summary>
    public long Condemned { get; internal set; }

    public long Chunks { get; internal set; }

    public long Runs { get; internal set; }

    /// <summary>Packs whose data was read.</summary>
    public long PacksRead { get; internal set; }

    /// <summary>Bytes of content that were read and verified.</summary>
    public long BytesRead { get; internal set; }

    /// <summary>Entries of types of a later version: not damage, but this version cannot restore them.</summary>
    public long Unknown { get; internal set; }

    /// <summary>Number of things that are damaged or missing.</summary>
    public long Damage { get; internal set; }
}
