using System.Globalization;

namespace Backshift.Tools.Stat;

/// <summary>How many times smaller something became.</summary>
internal static class Ratio
{
    /// <summary>The ratio; 0 where nothing is stored.</summary>
    internal static double Of(long bytes, long stored) => stored == 0 ? 0 : Math.Round((double)bytes / stored, 3);

    /// <summary>"2.6", or "-" where nothing is stored.</summary>
    internal static string Text(long bytes, long stored) => stored == 0 ? "-" : ((double)bytes / stored).ToString("0.0", CultureInfo.InvariantCulture);
}
