namespace Backshift.Chunking.Tests;

/// <summary>The paths that this processor can take, for theories.</summary>
internal static class CutterPaths
{
    internal static CutterPath[] Supported { get; } = [.. Enum.GetValues<CutterPath>().Where(Cutter.IsSupported)];
}
