using System.Buffers;
using System.Globalization;
using System.Text;

namespace Backshift.Posix;

/// <summary>Makes names fit to be shown: no control byte and no byte that is not UTF-8 reaches a terminal.</summary>
public static class Escaping
{
    /// <summary>
    /// The name with backslash, control characters, line separators, direction marks and bytes that are not UTF-8 written as
    /// \\, \n, \t, \r and \xHH (every byte of the character); everything else as it is.
    /// </summary>
    public static string Display(ReadOnlySpan<byte> name)
    {
        StringBuilder text = new(name.Length);
        while (!name.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(name, out Rune rune, out int length);
            if (status == OperationStatus.Done && IsPlain(rune))
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (byte b in name[..length])
                {
                    AppendEscaped(text, b);
                }
            }

            name = name[length..];
        }

        return text.ToString();
    }

    /// <summary>
    /// A text for people in which names are escaped already, such as that of a problem: as <see cref="Display"/> has it, but a backslash stays one. To escape
    /// it too would show a name in it with twice as many.
    /// </summary>
    public static string DisplayText(string text)
    {
        StringBuilder shown = new(text.Length);
        foreach (Range piece in text.AsSpan().Split('\\'))
        {
            shown.Append(shown.Length > 0 || piece.Start.Value > 0 ? "\\" : "").Append(Display(Encoding.UTF8.GetBytes(text[piece])));
        }

        return shown.ToString();
    }

    private static bool IsPlain(Rune rune) =>
        rune.Value != '\\' && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    private static void AppendEscaped(StringBuilder text, byte b)
    {
        switch (b)
        {
            case (byte)'\\': text.Append("\\\\"); break;
            case (byte)'\n': text.Append("\\n"); break;
            case (byte)'\t': text.Append("\\t"); break;
            case (byte)'\r': text.Append("\\r"); break;
            default: text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}"); break;
        }
    }
}
