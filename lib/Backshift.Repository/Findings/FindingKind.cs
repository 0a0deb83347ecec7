namespace Backshift.Repository.Findings;

/// <summary>What a finding is about: a program that repairs or deletes asks this, not the words.</summary>
public enum FindingKind
{
    /// <summary>A saveset, or a directory of them, cannot be read.</summary>
    SavesetUnreadable,

    /// <summary>A condemned list cannot be read.</summary>
    CondemnedListUnreadable,

    /// <summary>A run of the index is damaged, wrong or cannot be read: what it knew is found in the packs.</summary>
    IndexDamaged,

    /// <summary>A pack that a run names is gone.</summary>
    PackGone,

    /// <summary>A pack cannot be opened, or its directory is damaged.</summary>
    PackUnreadable,

    /// <summary>A block of a pack cannot be read or decompressed, or does not match its CRC.</summary>
    BlockDamaged,

    /// <summary>A chunk in a block that can be read does not match its digest.</summary>
    ChunkDamaged,

    /// <summary>A node of an entry tree is missing, damaged or not in its place.</summary>
    NodeUnreadable,

    /// <summary>The list of a file's content, or the problem records, are missing or malformed.</summary>
    ContentUnreadable,

    /// <summary>A chunk that an entry or the problem records need is nowhere in a pack, or cannot be read there.</summary>
    ChunkMissing,

    /// <summary>A chunk has another length than a reference to it says.</summary>
    ChunkLength,

    /// <summary>The lengths in an entry or a list do not add up.</summary>
    ContentLength,

    /// <summary>An entry lies below one that is no directory.</summary>
    PlaceBelowNoDirectory,

    /// <summary>An entry cannot be put back.</summary>
    EntryUnusable,

    /// <summary>A link leads to nothing, to a link or to a directory.</summary>
    LinkBroken,

    /// <summary>A saveset says another number of entries, bytes or problems than it has.</summary>
    SavesetCounts,

    /// <summary>An entry has a type that a later version knows. No damage.</summary>
    TypeUnknown,
}
