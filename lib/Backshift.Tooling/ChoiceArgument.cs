using System.CommandLine;

namespace Backshift.Tooling;

/// <summary>An option that takes one of a few words: the members of an enumeration in lower case.</summary>
public static class ChoiceArgument
{
    /// <param name="name">The long name, "--format".</param>
    /// <param name="description">The description in --help, which lists the words.</param>
    /// <param name="defaultValue">The value where the option is not given.</param>
    public static Option<T> Option<T>(string name, string description, T defaultValue)
        where T : struct, Enum => new(name)
    {
        Description = description,
        HelpName = "how",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            foreach (T value in Enum.GetValues<T>())
            {
                if (text == Word(value))
                {
                    return value;
                }
            }

            result.AddError($"{name}: not one of {string.Join(", ", Enum.GetValues<T>().Select(Word))}: {ArgumentText.Display(text)}");
            return defaultValue;
        },
    };

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
