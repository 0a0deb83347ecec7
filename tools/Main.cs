using Backshift.Tooling;

namespace Backshift.Tools;

/// <summary>The one image of all programs: the name by which it is called selects the program. The build lists them, from the folders.</summary>
internal static partial class Image
{
    private static Task<int> Main(string[] args) => ImageName.RunAsync(Programs, args);
}
