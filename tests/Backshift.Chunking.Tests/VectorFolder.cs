using System.Runtime.CompilerServices;

namespace Backshift.Chunking.Tests;

/// <summary>Where the vectors are: a copy beside the tests to read, the originals in the source tree to add to.</summary>
internal static class VectorFolder
{
    internal static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "vectors", "cutter", name);

    internal static IEnumerable<string> Cuts() =>
        Directory.EnumerateFiles(PathOf("."), "cuts-*.txt").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    internal static string Source([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "vectors", "cutter");
}
