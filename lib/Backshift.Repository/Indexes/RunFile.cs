namespace Backshift.Repository.Indexes;

/// <summary>Limits and offsets of backshift-repository(5), "Index". Readers check them and writers keep to them, so that nothing is published that cannot be
/// read.</summary>
internal static class RunFile
{
    internal const int HeadSize = 64;

    /// <summary>How much of the beginning of a run is read at once: all of one that has up to 3,000 entries, which is then kept.</summary>
    internal const int UsualHead = 64 << 10;

    internal const int PackCountOffset = 32;
    internal const int ReplacedCountOffset = 36;
    internal const int EntryCountOffset = 40;
    internal const int FilterBlocksOffset = 48;
    internal const int GoneCountOffset = 52;

    /// <summary>Blocks of the filter in a page.</summary>
    internal const int PageBlocks = 127;

    /// <summary>Entries in a page.</summary>
    internal const int PageEntries = 255;

    internal const int MaxPacks = 1 << 20;
    internal const int MaxReplaced = 1 << 16;
    internal const int MaxGone = 1 << 20;
    internal const long MaxEntries = 1L << 28;

    /// <summary>Runs are not joined beyond this: the filter of the new one is made in memory, 84 MB of it, and a merge takes under a minute.</summary>
    internal const long MaxMergedEntries = 1L << 26;

    /// <summary>How many blocks a filter may have: at most 16 bits an entry, and a few blocks. A small file cannot ask for much memory or work.</summary>
    internal static long MaxFilterBlocks(long entries) => (entries / 16) + 8;
}
