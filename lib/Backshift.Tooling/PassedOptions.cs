using System.CommandLine;
using System.CommandLine.Parsing;

namespace Backshift.Tooling;

/// <summary>Options that a program hands on to another one, which declares them too.</summary>
public static class PassedOptions
{
    /// <summary>The words for those of <paramref name="which"/> that were given. What was not given is left to the other program's default.</summary>
    public static IEnumerable<string> Words(ParseResult options, params IEnumerable<Option> which)
    {
        foreach (Option option in which)
        {
            if (options.GetResult(option) is not { Implicit: false } given)
            {
                continue;
            }

            if (option.ValueType == typeof(bool))
            {
                yield return option.Name;
            }
            else
            {
                foreach (Token value in given.Tokens)
                {
                    yield return option.Name;
                    yield return value.Value;
                }
            }
        }
    }
}
