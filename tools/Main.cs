using Backshift.Tooling;

namespace Backshift.Tools;

/// <summary>The one image of all programs: the name by which it is called selects the program.</summary>
internal static class Image
{
    private static readonly Dictionary<string, Func<string[], Task<int>>> Programs = new(StringComparer.Ordinal)
    {
        ["bs-cat"] = Cat.Program.RunAsync,
        ["bs-check"] = Check.Program.RunAsync,
        ["bs-chunk"] = Chunk.Program.RunAsync,
        ["bs-diff"] = Diff.Program.RunAsync,
        ["bs-index"] = Index.Program.RunAsync,
        ["bs-init"] = Init.Program.RunAsync,
        ["bs-json"] = Json.Program.RunAsync,
        ["bs-ls"] = List.Program.RunAsync,
        ["bs-read"] = Read.Program.RunAsync,
        ["bs-save"] = Save.Program.RunAsync,
        ["bs-since"] = Since.Program.RunAsync,
        ["bs-store"] = Store.Program.RunAsync,
        ["bs-tar"] = Tar.Program.RunAsync,
        ["bs-untar"] = Untar.Program.RunAsync,
        ["bs-walk"] = Walk.Program.RunAsync,
        ["bs-wrap"] = Wrap.Program.RunAsync,
    };

    private static Task<int> Main(string[] args) => ImageName.RunAsync(Programs, args);
}
