using System.CommandLine;
using Backshift.Posix;

namespace Backshift.Tooling;

/// <summary>Ages on the command line, as <see cref="CalendarAge.TryParse"/> reads them.</summary>
public static class AgeArgument
{
    /// <summary>An option with an age as its value; null where it is not given.</summary>
    public static Option<CalendarAge?> Option(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "age",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (!CalendarAge.TryParse(text, out CalendarAge age))
            {
                result.AddError($"{name}: not an age such as 12h, 30d, 2w, 6m, 1y or 1y6m: {ArgumentText.Display(text)}");
            }

            return age;
        },
    };
}
