using System.Globalization;
using System.Net;
using System.Text;
using Backshift.Posix;

namespace Backshift.Tools.Report;

/// <summary>Text as it stands in the page.</summary>
internal static class Text
{
    /// <summary>A name for people, with nothing in it that commands a terminal or a browser's layout.</summary>
    internal static string Shown(string name) => Escaping.Display(Encoding.UTF8.GetBytes(name));

    /// <summary>Text as HTML.</summary>
    internal static string Html(string text) => WebUtility.HtmlEncode(text);

    /// <summary>How many times smaller: "2.6", or a dash where there is nothing.</summary>
    internal static string Ratio(long large, long small) => small == 0 ? "–" : ((double)large / small).ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary>A share of the largest in percent, for the length of a bar.</summary>
    internal static string Percent(long part, long most) =>
        most <= 0 ? "0" : (100.0 * Math.Max(part, 0) / most).ToString("0.#", CultureInfo.InvariantCulture);
}
