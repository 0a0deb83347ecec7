namespace Backshift.Conventions.Tests;

/// <summary>The programs, as their folders say.</summary>
internal static class ProgramNames
{
    public static IEnumerable<string> InFolders => SourceTree.Folders("tools").Where(name => name.StartsWith("bs-", StringComparison.Ordinal));

    public static TheoryData<string> All => [.. InFolders];

    public static string PageOf(string program) => $"man/{program}.1";
}
