using System.CommandLine;
using System.CommandLine.Parsing;

namespace Backshift.Tooling;

/// <summary>The order in which options were given, which their values alone do not show.</summary>
public static class OptionOrder
{
    /// <summary>Every use of any of <paramref name="which"/>, with its value, as they stand on the command line.</summary>
    public static List<GivenOption> Of(ParseResult options, params ReadOnlySpan<Option> which)
    {
        List<GivenOption> given = [];
        for (int i = 0; i + 1 < options.Tokens.Count; i++)
        {
            Token token = options.Tokens[i];
            if (token.Type != TokenType.Option)
            {
                continue;
            }

            foreach (Option option in which)
            {
                if (option.Name == token.Value)
                {
                    given.Add(new GivenOption(option, options.Tokens[i + 1].Value));
                }
            }
        }

        return given;
    }
}
