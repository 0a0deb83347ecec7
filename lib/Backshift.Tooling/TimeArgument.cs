using System.CommandLine;
using Backshift.Posix;

namespace Backshift.Tooling;

/// <summary>Times on the command line, as <see cref="UnixTime.TryParse"/> reads them.</summary>
public static class TimeArgument
{
    /// <summary>An option with a time as its value; null where it is not given.</summary>
    public static Option<UnixTime?> Option(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "time",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (!UnixTime.TryParse(text, out UnixTime time))
            {
                result.AddError($"{name}: not a time such as 2026-11-23T09:04:05Z, 20261123T090405Z or @1795424645: {ArgumentText.Display(text)}");
            }

            return time;
        },
    };
}
