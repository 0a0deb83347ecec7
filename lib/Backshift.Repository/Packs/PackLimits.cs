namespace Backshift.Repository.Packs;

/// <summary>Bounds and places of backshift-repository(5), "Packs".</summary>
internal static class PackLimits
{
    internal const int Blocks = 65536;
    internal const int Chunks = 262144;
    internal const int Prefixes = 262144;
    internal const int Stored = 16 << 20;
    internal const int Content = 8 << 20;
    internal const int Depth = 16;

    internal const int BlockRecord = 32;
    internal const int SizeRecord = 3;
    internal const int TrailerSize = 64;
    internal const int TrailerChecksum = 32;
    internal const byte HoldsNodes = 1;
}
