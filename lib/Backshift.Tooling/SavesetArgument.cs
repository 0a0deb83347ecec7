using System.CommandLine;

namespace Backshift.Tooling;

/// <summary>The operand that names a saveset.</summary>
public static class SavesetArgument
{
    private const string Forms = "name of a saveset: host@time, @latest or @latest~2";

    public static Argument<string> Operand() => new("saveset") { Description = Forms };

    /// <summary>As <see cref="Operand"/>, for programs that take a stream in its place.</summary>
    public static Argument<string> OrStream() => new("saveset") { Description = $"{Forms}; - for a stream on standard input" };
}
