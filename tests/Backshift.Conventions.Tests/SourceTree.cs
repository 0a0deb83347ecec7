using System.Reflection;

namespace Backshift.Conventions.Tests;

/// <summary>The files that the project consists of.</summary>
internal static class SourceTree
{
    private static readonly string[] NotOurs = [".git", "out", "bin", "obj", "__pycache__"];

    public static string Root { get; } = typeof(SourceTree).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "SourceRoot").Value!;

    public static string At(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(At(relative));

    /// <summary>Paths relative to the root, sorted, of the files below a folder (or everywhere) with one of some extensions (or any).</summary>
    public static IEnumerable<string> Files(string below = "", params string[] extensions)
    {
        string folder = At(below);
        if (!Directory.Exists(folder))
        {
            return [];
        }
        return Walk(folder)
            .Where(path => extensions.Length == 0 || extensions.Contains(Path.GetExtension(path)))
            .Select(path => Path.GetRelativePath(Root, path))
            .Order(StringComparer.Ordinal);
    }

    public static IEnumerable<string> Folders(string below) =>
        Directory.GetDirectories(At(below)).Select(path => Path.GetFileName(path)).Except(NotOurs).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Walk(string folder) =>
        Directory.GetFiles(folder).Concat(
            Directory.GetDirectories(folder).Where(inner => !NotOurs.Contains(Path.GetFileName(inner))).SelectMany(Walk));
}
