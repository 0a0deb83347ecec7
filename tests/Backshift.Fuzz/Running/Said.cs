using System.Text;
using System.Text.Unicode;

namespace Backshift.Fuzz.Running;

/// <summary>What standard error must not hold, since it may go to a terminal.</summary>
internal static class Said
{
    /// <summary>What is wrong with it, or null.</summary>
    internal static string? Fault(ReadOnlySpan<byte> said)
    {
        if (!Utf8.IsValid(said))
        {
            return "standard error is not UTF-8";
        }

        string text = Encoding.UTF8.GetString(said);
        foreach (char c in text)
        {
            if ((char.IsControl(c) && c != '\n') || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') or '\u200e' or '\u200f')
            {
                return $"the character U+{(int)c:X4} on standard error";
            }
        }

        return text.Contains("\n   at ", StringComparison.Ordinal) ? "a stack trace" : null;
    }
}
