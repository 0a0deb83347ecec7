using System.CommandLine;

namespace Backshift.Tooling;

/// <summary>The option --time-zone.</summary>
public static class ZoneArgument
{
    /// <summary>The option; its value is the local time zone where it is not given.</summary>
    public static Option<TimeZoneInfo> Option() => new("--time-zone")
    {
        Description = "time zone whose days, weeks and months count, such as Europe/Berlin or UTC (default: the local one)",
        HelpName = "zone",
        DefaultValueFactory = static _ => TimeZoneInfo.Local,
        CustomParser = static result =>
        {
            string text = result.Tokens[^1].Value;
            if (TimeZoneInfo.TryFindSystemTimeZoneById(text, out TimeZoneInfo? zone))
            {
                return zone;
            }

            result.AddError($"--time-zone: not in the system's list of time zones: {ArgumentText.Display(text)}");
            return TimeZoneInfo.Utc;
        },
    };
}
