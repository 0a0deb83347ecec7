using System.CommandLine;

namespace Backshift.Tooling;

/// <summary>The option --ignore-inode of the programs that compare a file with an entry of it.</summary>
public static class InodeArgument
{
    public static Option<bool> Option() => new("--ignore-inode") { Description = "accept a file even if its inode number has changed" };
}
