using System.Globalization;
using System.Text;

namespace Backshift.Objects;

/// <summary>The names in the path of a saveset; see backshift-repository(5), "Layout".</summary>
public static class SavesetPath
{
    /// <summary>Whether a name of a directory can be that of a host or, after the plus sign, of a subset. What other programs leave cannot, most
    /// often.</summary>
    public static bool IsEscaped(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name[0] == (byte)'.')
        {
            return false;
        }

        for (int i = 0; i < name.Length; i++)
        {
            if (name[i] == (byte)'%')
            {
                if (name.Length - i < 3 || name.Slice(i + 1, 2).ContainsAnyExcept("0123456789ABCDEF"u8))
                {
                    return false;
                }

                i += 2;
            }
            else if (!char.IsAsciiLetterOrDigit((char)name[i]) && !".-_"u8.Contains(name[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A host or subset as it stands in a path.</summary>
    /// <param name="name">Its bytes.</param>
    public static string Escape(ReadOnlySpan<byte> name)
    {
        StringBuilder text = new();
        foreach (byte b in name)
        {
            bool plain = char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'-' || (b == (byte)'.' && text.Length > 0);
            text.Append(plain ? ((char)b).ToString() : $"%{b:X2}");
        }

        return text.ToString();
    }

    /// <summary>The bytes of a host or subset that stands in a path.</summary>
    /// <param name="escaped">As <see cref="Escape"/> gives it.</param>
    public static byte[] Unescape(string escaped)
    {
        List<byte> name = [];
        for (int i = 0; i < escaped.Length; i++)
        {
            bool isEscape = escaped[i] == '%';
            name.Add(isEscape ? byte.Parse(escaped.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : (byte)escaped[i]);
            i += isEscape ? 2 : 0;
        }

        return [.. name];
    }

    /// <summary>Whether the name of a file can be that of a saveset: TIME, or TIME~N of a checkpoint.</summary>
    public static bool IsTime(ReadOnlySpan<byte> name)
    {
        const int PlainTime = 15;

        // An underscore and eight digits.
        const int SaveDigits = 9;
        int tilde = name.IndexOf((byte)'~');
        ReadOnlySpan<byte> number = tilde < 0 ? "1"u8 : name[(tilde + 1)..];
        ReadOnlySpan<byte> time = tilde < 0 ? name : name[..tilde];
        if (time.Length == PlainTime + 1 + SaveDigits && time[PlainTime] == (byte)'Z' && time[PlainTime + 1] == (byte)'_'
            && !time[(PlainTime + 2)..].ContainsAnyExcept("0123456789abcdef"u8))
        {
            time = time[..(PlainTime + 1)];
        }

        if (number.IsEmpty || number.Length > 19 || number[0] == (byte)'0' || !IsDigits(number) || time.Length <= PlainTime || time[^1] != (byte)'Z')
        {
            return false;
        }

        ReadOnlySpan<byte> fraction = time[PlainTime..^1];
        return IsDigits(time[..8]) && time[8] == (byte)'T' && IsDigits(time[9..PlainTime])
            && (fraction.IsEmpty || (fraction.Length is 4 or 10 && fraction[0] == (byte)'.' && IsDigits(fraction[1..])));
    }

    /// <summary>Takes the name of a file of tags apart: the name of the saveset's file, a tilde, a number.</summary>
    /// <param name="name">The name.</param>
    /// <param name="saveset">The name of the saveset's file.</param>
    /// <param name="number">The number, from 1; it has at most 18 digits.</param>
    public static bool TryParseTags(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> saveset, out long number)
    {
        const int NumberDigits = 18;
        int tilde = name.LastIndexOf((byte)'~');
        saveset = tilde < 0 ? default : name[..tilde];
        number = 0;
        ReadOnlySpan<byte> digits = tilde < 0 ? default : name[(tilde + 1)..];
        return digits.Length is > 0 and <= NumberDigits && digits[0] != (byte)'0' && IsDigits(digits) && IsTime(saveset)
            && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static bool IsDigits(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
