using System.CommandLine;

namespace Backshift.Tools.Walk;

/// <summary>The options that describe a list of paths on standard input.</summary>
internal sealed class ListArguments
{
    private readonly Option<bool> nul = new("--null", "-0") { Description = "paths of the list end in NUL, as they do without -l" };
    private readonly Option<bool> lines = new("--lines", "-l") { Description = "paths of the list are lines of text" };
    private readonly Option<bool> sized = new("--sized") { Description = "a size and a space precede each path of the list" };

    private ListArguments(RootCommand root)
    {
        root.Options.Add(nul);
        root.Options.Add(lines);
        root.Options.Add(sized);
    }

    internal static ListArguments AddTo(RootCommand root) => new(root);

    internal PathListForm Form(ParseResult options) => new(options.GetValue(nul), options.GetValue(lines), options.GetValue(sized));
}
