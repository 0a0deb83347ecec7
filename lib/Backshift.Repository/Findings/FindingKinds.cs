namespace Backshift.Repository.Findings;

/// <summary>The words for the kinds of findings, for programs that read what another one found; see bs-check(1).</summary>
public static class FindingKinds
{
    /// <summary>The word for a kind.</summary>
    public static string WordFor(FindingKind kind) => kind switch
    {
        FindingKind.SavesetUnreadable => "saveset-unreadable",
        FindingKind.CondemnedListUnreadable => "condemned-list-unreadable",
        FindingKind.CopyDamaged => "copy-damaged",
        FindingKind.CheckRecordUnreadable => "check-record-unreadable",
        FindingKind.MovedRecordUnreadable => "moved-record-unreadable",
        FindingKind.IntentUnreadable => "intent-unreadable",
        FindingKind.KeySlotUnreadable => "key-slot-unreadable",
        FindingKind.IndexDamaged => "index-damaged",
        FindingKind.PackGone => "pack-gone",
        FindingKind.PackUnreadable => "pack-unreadable",
        FindingKind.PackSalvageable => "pack-salvageable",
        FindingKind.ParityDamaged => "parity-damaged",
        FindingKind.BlockDamaged => "block-damaged",
        FindingKind.ChunkDamaged => "chunk-damaged",
        FindingKind.NodeUnreadable => "node-unreadable",
        FindingKind.ContentUnreadable => "content-unreadable",
        FindingKind.ChunkMissing => "chunk-missing",
        FindingKind.ChunkLength => "chunk-length",
        FindingKind.ContentLength => "content-length",
        FindingKind.PlaceBelowNoDirectory => "below-no-directory",
        FindingKind.EntryUnusable => "entry-unusable",
        FindingKind.LinkBroken => "link-broken",
        FindingKind.SavesetCounts => "saveset-counts",
        FindingKind.TypeUnknown => "type-unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
