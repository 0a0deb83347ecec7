using System.CommandLine;

namespace Backshift.Tooling;

/// <summary>The option --progress none|auto|line|json.</summary>
public static class ProgressArgument
{
    /// <param name="defaultValue">Auto for the last program of a save, None for those before it: they share its terminal.</param>
    public static Option<ProgressMode> Option(ProgressMode defaultValue) => new("--progress")
    {
        Description = $"how to show progress: none, auto (on a terminal), line or json (default: {defaultValue.ToString().ToLowerInvariant()})",
        HelpName = "how",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = static result =>
        {
            string text = result.Tokens[^1].Value;
            switch (text)
            {
                case "none": return ProgressMode.None;
                case "auto": return ProgressMode.Auto;
                case "line": return ProgressMode.Line;
                case "json": return ProgressMode.Json;
            }

            result.AddError($"--progress: not one of none, auto, line and json: {ArgumentText.Display(text)}");
            return ProgressMode.None;
        },
    };
}
