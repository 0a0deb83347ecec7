using System.Globalization;

namespace Backshift.Tooling;

/// <summary>Sizes, counts and durations for people: decimal units, "1.3 GB", "83,731", "1:02:03".</summary>
public static class SizeText
{
    /// <summary>Three digits at most before the point, one behind it below 100: "999 B", "1.0 kB", "99.9 MB", "312 GB".</summary>
    public static string Bytes(long count)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
        double value = count;
        int unit = 0;

        // Compared as it will be rounded, so that 999,960 is "1.0 MB" and not "1000 kB".
        while (Math.Round(Math.Abs(value)) >= 1000 && unit < units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        string digits = value.ToString(unit == 0 || Math.Round(Math.Abs(value), 1) >= 100 ? "0" : "0.0", CultureInfo.InvariantCulture);
        return $"{digits} {units[unit]}";
    }

    /// <summary>A count with its thousands apart: "83,731".</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Minutes and seconds, and hours if there are any: "0:07", "1:02:03".</summary>
    public static string Duration(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:d2}:{time.Seconds:d2}")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:d2}");
}
