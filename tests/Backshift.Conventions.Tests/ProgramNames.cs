namespace Backshift.Conventions.Tests;

/// <summary>The programs, as their folders say.</summary>
internal static class ProgramNames
{
    public static IEnumerable<string> InFolders => SourceTree.Folders("tools").Where(name => name.StartsWith("bs-", StringComparison.Ordinal));

    public static IEnumerable<string> Listed => File.ReadLines(SourceTree.At("tools/PROGRAMS")).Where(line => line.Length > 0);

    public static TheoryData<string> All => [.. InFolders];

    public static string PageOf(string program) => $"man/{program}.1";
}
