namespace Backshift.Conventions.Tests;

/// <summary>The programs, as their folders say.</summary>
internal static class ProgramNames
{
    public static IEnumerable<string> InFolders => SourceTree.Folders("tools").Where(name => name.StartsWith("bs-", StringComparison.Ordinal));

    /// <summary>Those of the one image; the others have a project, and an image, of their own.</summary>
    public static IEnumerable<string> InImage => InFolders.Where(static name => !SourceTree.Files($"tools/{name}", ".csproj").Any());

    public static TheoryData<string> All => [.. InFolders];

    public static string PageOf(string program) => $"man/{program}.1";
}
