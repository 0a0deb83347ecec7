namespace Backshift.Repository.Findings;

/// <summary>The kinds of findings, for programs that act on them.</summary>
public enum FindingKind
{
    /// <summary>A saveset, or a directory of them, cannot be read.</summary>
    SavesetUnreadable,

    /// <summary>A condemned list cannot be read.</summary>
    CondemnedListUnreadable,

    /// <summary>One of the two copies of a small object is damaged, or what lies around them; the other one is used.</summary>
    CopyDamaged,

    /// <summary>A record of checks cannot be read.</summary>
    CheckRecordUnreadable,

    /// <summary>A record of moved packs cannot be read: a collection by lists may not know where chunks are, and deletes nothing then.</summary>
    MovedRecordUnreadable,

    /// <summary>An intent or a fence cannot be read: a collection waits a day for the program, whether that works or not.</summary>
    IntentUnreadable,

    /// <summary>A slot cannot be read: its passphrase does not open the repository any more.</summary>
    KeySlotUnreadable,

    /// <summary>A run of the index is damaged, wrong or cannot be read; the packs are searched in its place.</summary>
    IndexDamaged,

    /// <summary>A pack that a run names is gone.</summary>
    PackGone,

    /// <summary>A pack cannot be opened, or its directory is damaged.</summary>
    PackUnreadable,

    /// <summary>A pack that cannot be opened has block lists by which its chunks can be found. This is not damage.</summary>
    PackSalvageable,

    /// <summary>The parity of a pack is damaged.</summary>
    ParityDamaged,

    /// <summary>A block of a pack cannot be read or decompressed, or does not match its CRC.</summary>
    BlockDamaged,

    /// <summary>A chunk in a block that can be read does not match its digest.</summary>
    ChunkDamaged,

    /// <summary>A node of an entry tree is missing, damaged or not in its place.</summary>
    NodeUnreadable,

    /// <summary>The list of a file's content, or the problem records, are missing or malformed.</summary>
    ContentUnreadable,

    /// <summary>A chunk that is needed is in no pack, or cannot be read.</summary>
    ChunkMissing,

    /// <summary>A reference to a chunk states a wrong length.</summary>
    ChunkLength,

    /// <summary>The lengths in an entry or a list do not add up.</summary>
    ContentLength,

    /// <summary>An entry lies below one that is not a directory.</summary>
    PlaceBelowNoDirectory,

    /// <summary>An entry cannot be restored.</summary>
    EntryUnusable,

    /// <summary>A link leads to nothing, to a link or to a directory.</summary>
    LinkBroken,

    /// <summary>A saveset states a wrong number of entries, bytes or problems.</summary>
    SavesetCounts,

    /// <summary>An entry has a type of a later version. This is not damage.</summary>
    TypeUnknown,
}
