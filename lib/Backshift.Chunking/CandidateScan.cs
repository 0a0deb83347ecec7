using System.Runtime.Intrinsics;

namespace Backshift.Chunking;

/// <summary>
/// Finds the candidates among consecutive positions. Each path is a class with the same two members:
/// <c>IsSupported</c>, which compiles to a constant, and <c>Find</c>, which touches no instruction set unless that is true.
/// </summary>
internal static class CandidateScan
{
    /// <summary>Positions to one word of the result.</summary>
    internal const int WordBits = 64;

    /// <summary>Whether this processor, and this build, can take <paramref name="path"/>.</summary>
    internal static bool IsSupported(CutterPath path) => path switch
    {
        CutterPath.Auto or CutterPath.Scalar => true,
        CutterPath.Vector128 => Vector128Scan.IsSupported,
        CutterPath.Vector256 => Vector256Scan.IsSupported,
        CutterPath.Vector512 => Vector512Scan.IsSupported,
        _ => false,
    };

    /// <summary>The path itself, or for <see cref="CutterPath.Auto"/> the widest one that is also fast here.</summary>
    internal static CutterPath Resolve(CutterPath path) => path switch
    {
        CutterPath.Auto when Vector512Scan.IsSupported && Vector512.IsHardwareAccelerated => CutterPath.Vector512,
        CutterPath.Auto when Vector256Scan.IsSupported => CutterPath.Vector256,
        CutterPath.Auto when Vector128Scan.IsSupported => CutterPath.Vector128,
        CutterPath.Auto => CutterPath.Scalar,
        _ when IsSupported(path) => path,
        _ => throw new PlatformNotSupportedException($"the cutter's path {path} is not to be had on this processor"),
    };

    /// <summary>
    /// Tests 64 positions for each word of <paramref name="candidates"/>, beginning with <paramref name="first"/>: bit b of word w is set if position
    /// <paramref name="first"/> + 64·w + b is a candidate. Reads from <see cref="RollingSum.History"/> bytes before the first position up to the last one.
    /// </summary>
    internal static void Find(CutterPath path, RollingSum sum, ReadOnlySpan<byte> data, int first, Span<ulong> candidates)
    {
        // The paths below read without checks of their own, so that this one slice is what keeps them inside the data.
        ReadOnlySpan<byte> bytes = data.Slice(first - RollingSum.History, RollingSum.History + WordBits * candidates.Length);
        switch (path)
        {
            case CutterPath.Vector512:
                Vector512Scan.Find(sum, bytes, candidates);
                break;
            case CutterPath.Vector256:
                Vector256Scan.Find(sum, bytes, candidates);
                break;
            case CutterPath.Vector128:
                Vector128Scan.Find(sum, bytes, candidates);
                break;
            default:
                ScalarScan.Find(sum, bytes, candidates);
                break;
        }
    }
}
