using System.Globalization;

namespace Backshift.Tooling;

/// <summary>Sizes, counts and durations for people: decimal units, "1.3 GB", "83,731", "1:02:03".</summary>
public static class SizeText
{
    /// <summary>Three digits at most before the point, one after it below 100: "999 B", "1.0 kB", "99.9 MB", "312 GB".</summary>
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

    /// <summary>As ls -h writes them, in units of 1024 and at most four characters: "999", "1.6G", "312M".</summary>
    public static string Short(long count)
    {
        const string units = "KMGTPE";
        double value = count;
        int unit = -1;

        // Compared as it will be rounded, so that 999.9 K is "1.0M" and not "1000K".
        while (Math.Round(value) >= 1000 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return unit < 0
            ? count.ToString(CultureInfo.InvariantCulture)
            : value.ToString(Math.Round(value, 1) < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + units[unit];
    }

    /// <summary>A count with its thousands apart: "83,731".</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>How long something took, in words: "0.4 s", "14 s", "2 min 5 s", "1 h 2 min".</summary>
    public static string Took(TimeSpan time) => time switch
    {
        { TotalSeconds: < 9.95 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        { TotalSeconds: < 60 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours} h {time.Minutes} min"),
    };

    /// <summary>Minutes and seconds, and hours if there are any: "0:07", "1:02:03".</summary>
    public static string Duration(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:d2}:{time.Seconds:d2}")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:d2}");
}
