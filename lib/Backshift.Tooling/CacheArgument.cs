using System.CommandLine;

namespace Backshift.Tooling;

/// <summary>The option --no-cache of the programs that read or write much.</summary>
public static class CacheArgument
{
    public static Option<bool> Option() => new("--no-cache") { Description = "leave nothing in the page cache that was not there before" };
}
