using System.CommandLine;
using System.Globalization;
using Backshift.Posix;

namespace Backshift.Tooling;

/// <summary>The options --since and --until: a time as names of savesets have it, or a beginning of one, or how long ago.</summary>
public static class MomentArgument
{
    // The first moment of what is left out: 2026-03 begins as 20260301T000000 does.
    private const string First = "00000101T000000";

    /// <summary>An option with the beginning of a time as its value, without dashes and colons; null where it is not given.</summary>
    /// <param name="name">The long name, "--since".</param>
    /// <param name="description">The description in --help.</param>
    /// <param name="clock">From where ages count.</param>
    public static Option<string?> Option(string name, string description, TimeProvider clock) => new(name)
    {
        Description = description,
        HelpName = "time",
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (TryParse(text, clock, out string? moment))
            {
                return moment;
            }

            result.AddError($"{name}: not a time such as 2026-11, 2026-11-23T09:04:05Z or @1795424645, nor an age such as 30d: {ArgumentText.Display(text)}");
            return null;
        },
    };

    /// <summary>Reads a time in UTC or its beginning, "@" and seconds, or an age.</summary>
    /// <param name="text">As given.</param>
    /// <param name="clock">From where ages count.</param>
    /// <param name="moment">The beginning of a time as it stands in a name: "202611", "20261123T090405".</param>
    internal static bool TryParse(string text, TimeProvider clock, out string? moment)
    {
        moment = null;
        UnixTime? whole = CalendarAge.TryParse(text, out CalendarAge age) ? age.Before(UnixTime.Now(clock), TimeZoneInfo.Local)
            : text.StartsWith('@') && UnixTime.TryParse(text, out UnixTime time) ? time : null;
        if (whole is { } found)
        {
            // Before all savesets, or after all of them: an age of ten thousand years, say.
            moment = found.IsCalendar ? found.ToBasicString()[..First.Length] : found.Seconds < 0 ? "0001" : "9999";
            return true;
        }

        string plain = text.Replace("-", "", StringComparison.Ordinal).Replace(":", "", StringComparison.Ordinal);
        plain = plain.Length == First.Length + 1 && plain.EndsWith('Z') ? plain[..^1] : plain;
        if (plain.Length is not (4 or 6 or 8 or 11 or 13 or 15)
            || !DateTime.TryParseExact(plain + First[plain.Length..], "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            return false;
        }

        moment = plain;
        return true;
    }
}
