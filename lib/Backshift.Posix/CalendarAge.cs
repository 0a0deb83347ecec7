using System.Globalization;
using System.Text;

namespace Backshift.Posix;

/// <summary>A length of time as people give it, by the calendar: 30 days, 1 year and 6 months. Hours are exact; the others keep the time of day.</summary>
/// <param name="Months">Months, years among them.</param>
/// <param name="Days">Days, weeks among them.</param>
/// <param name="Hours">Hours.</param>
public readonly record struct CalendarAge(int Months, int Days, int Hours)
{
    // More than the calendar has.
    private const int CountLimit = 100_000;
    private const int TextLimit = 40;

    /// <summary>Reads numbers with units: 12h, 30d, 2w, 6m, 1y, or several of them, 1y6m.</summary>
    public static bool TryParse(string text, out CalendarAge age)
    {
        age = default;
        int start = 0;
        for (int i = 0; i < text.Length && text.Length <= TextLimit; i++)
        {
            if (char.IsAsciiDigit(text[i]))
            {
                continue;
            }

            if (!int.TryParse(text.AsSpan(start, i - start), NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count > CountLimit)
            {
                return false;
            }

            start = i + 1;
            switch (text[i])
            {
                case 'h': age = age with { Hours = age.Hours + count }; break;
                case 'd': age = age with { Days = age.Days + count }; break;
                case 'w': age = age with { Days = age.Days + (7 * count) }; break;
                case 'm': age = age with { Months = age.Months + count }; break;
                case 'y': age = age with { Months = age.Months + (12 * count) }; break;
                default: return false;
            }
        }

        return text.Length > 0 && start == text.Length;
    }

    /// <summary>The time that was so long ago.</summary>
    /// <param name="time">Counted from here; a time of the calendar.</param>
    /// <param name="zone">Whose months and days.</param>
    public UnixTime Before(UnixTime time, TimeZoneInfo zone)
    {
        DateTime local = LocalTime.Of(time, zone);
        double days = (Months * 31.0) + Days + (Hours / 24.0) + 2;
        if (days >= (local - DateTime.MinValue).TotalDays)
        {
            return new UnixTime(long.MinValue, 0);
        }

        local = local.AddMonths(-Months).AddDays(-Days);

        // Of a time that the zone skips or has twice, this takes one offset; ConvertTimeToUtc would refuse the first.
        DateTime utc = DateTime.SpecifyKind(local - zone.GetUtcOffset(local), DateTimeKind.Utc).AddHours(-Hours);
        return UnixTime.From(new DateTimeOffset(utc));
    }

    /// <summary>As it is given on a command line: 1y6m.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        Add(Months / 12, 'y');
        Add(Months % 12, 'm');
        Add(Days % 7 == 0 ? Days / 7 : 0, 'w');
        Add(Days % 7 == 0 ? 0 : Days, 'd');
        Add(Hours, 'h');
        return text.Length == 0 ? "0h" : text.ToString();

        void Add(int count, char unit)
        {
            if (count > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
            }
        }
    }
}
