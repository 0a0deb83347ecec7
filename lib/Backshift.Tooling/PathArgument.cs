using System.CommandLine;
using System.CommandLine.Parsing;
using Backshift.Posix;

namespace Backshift.Tooling;

/// <summary>Names on the command line, as the bytes they were given in.</summary>
public static class PathArgument
{
    /// <summary>An option with a name as its value; empty where it is not given.</summary>
    public static Option<BytePath> Option(string name, string description, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "path",
        DefaultValueFactory = static _ => default,
        CustomParser = static result => Read(result)[^1],
    };

    /// <summary>An option that may be given any number of times, with a name as its value.</summary>
    public static Option<BytePath[]> Options(string name, string description, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "path",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = static _ => [],
        CustomParser = Read,
    };

    /// <summary>An operand that is a name; empty where it is not given.</summary>
    public static Argument<BytePath> Operand(string name, string description, bool required = true) => new(name)
    {
        Description = description,
        Arity = required ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne,
        DefaultValueFactory = required ? null : static _ => default,
        CustomParser = static result => Read(result)[^1],
    };

    /// <summary>All operands that remain, as names.</summary>
    public static Argument<BytePath[]> Operands(string name, string description, bool required = false) => new(name)
    {
        Description = description,
        Arity = required ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore,
        DefaultValueFactory = required ? null : static _ => [],
        CustomParser = Read,
    };

    private static BytePath[] Read(ArgumentResult result)
    {
        BytePath[] paths = new BytePath[Math.Max(result.Tokens.Count, 1)];
        for (int i = 0; i < result.Tokens.Count; i++)
        {
            paths[i] = new BytePath(ArgumentText.ToBytes(result.Tokens[i].Value));
            if (paths[i].IsEmpty)
            {
                result.AddError("a name cannot be empty");
            }
        }

        return paths;
    }
}
