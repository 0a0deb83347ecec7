using System.Globalization;

namespace Backshift.Posix;

public readonly partial record struct UnixTime
{
    private const int Digits = 9;

    /// <summary>
    /// Reads what <see cref="ToStringWithNanoseconds"/> writes, and more: ISO 8601, UTC, extended or basic, with up to nine digits of the second;
    /// "@" and seconds since 1970, which may be negative, likewise. A fraction always counts forward.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out UnixTime time)
    {
        time = default;
        bool counted = text.StartsWith("@");
        if (!counted && !text.EndsWith("Z"))
        {
            return false;
        }

        ReadOnlySpan<char> whole = counted ? text[1..] : text[..^1];
        int point = whole.IndexOf('.');
        uint nanoseconds = 0;
        if (point >= 0 && !TryParseFraction(whole[(point + 1)..], out nanoseconds))
        {
            return false;
        }

        whole = point < 0 ? whole : whole[..point];
        long seconds;
        if (counted)
        {
            if (!long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out seconds))
            {
                return false;
            }
        }
        else if (DateTime.TryParseExact(whole, ["yyyy-MM-dd'T'HH:mm:ss", "yyyyMMdd'T'HHmmss"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime date))
        {
            seconds = From(date).Seconds;
        }
        else
        {
            return false;
        }

        time = new UnixTime(seconds, nanoseconds);
        return true;
    }

    private static bool TryParseFraction(ReadOnlySpan<char> digits, out uint nanoseconds)
    {
        nanoseconds = 0;
        if (digits.Length is 0 or > Digits || !uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out nanoseconds))
        {
            return false;
        }

        for (int i = digits.Length; i < Digits; i++)
        {
            nanoseconds *= 10;
        }

        return true;
    }
}
