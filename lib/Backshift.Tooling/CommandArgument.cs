using System.CommandLine;

namespace Backshift.Tooling;

/// <summary>An option that ends the options: everything after it is a command with its arguments, as with -exec of find(1).</summary>
public sealed class CommandArgument : Option<string[]>
{
    /// <param name="name">The long name, "--exec".</param>
    /// <param name="description">The description in --help.</param>
    public CommandArgument(string name, string description)
        : base(name)
    {
        Description = description;
        HelpName = "command ...";
        Arity = ArgumentArity.OneOrMore;
        AllowMultipleArgumentsPerToken = false;
        DefaultValueFactory = static _ => [];
        CustomParser = static result => [.. result.Tokens.Select(static token => token.Value)];
    }
}
