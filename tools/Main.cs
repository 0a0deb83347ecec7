using Backshift.Tooling;

namespace Backshift.Tools;

/// <summary>The one image behind every program: the name it is called by says which of them it is. The build lists them, from the folders.</summary>
internal static partial class Image
{
    private static Task<int> Main(string[] args) => ImageName.RunAsync(Programs, args);
}
