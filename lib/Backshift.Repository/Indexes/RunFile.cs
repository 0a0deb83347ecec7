namespace Backshift.Repository.Indexes;

/// <summary>Bounds and places of backshift-repository(5), "Index".</summary>
internal static class RunFile
{
    internal const int HeadSize = 64;
    internal const int PackCountOffset = 32;
    internal const int ReplacedCountOffset = 36;
    internal const int EntryCountOffset = 40;
    internal const int FilterBlocksOffset = 48;

    internal const int MaxPacks = 1 << 24;
    internal const int MaxReplaced = 1 << 16;
    internal const long MaxEntries = 1L << 36;
    internal const int MaxFilterBlocks = 1 << 25;
}
