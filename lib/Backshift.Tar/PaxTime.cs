using System.Buffers.Text;
using System.Globalization;
using Backshift.Posix;

namespace Backshift.Tar;

/// <summary>Times of extended headers: decimal numbers of seconds, "-1.5".</summary>
public static class PaxTime
{
    private const int Digits = 9;
    private const uint Second = 1_000_000_000;

    /// <summary>Writes a time to the nanosecond. The number before the point is towards zero, as people write it: −0.25 s is second −1 and 750,000,000
    /// ns.</summary>
    public static string Write(UnixTime time)
    {
        if (time.Nanoseconds == 0)
        {
            return time.Seconds.ToString(CultureInfo.InvariantCulture);
        }

        bool negative = time.Seconds < 0;
        UInt128 whole = negative ? (UInt128)(-((Int128)time.Seconds + 1)) : (UInt128)time.Seconds;
        uint fraction = negative ? Second - time.Nanoseconds : time.Nanoseconds;
        return string.Create(CultureInfo.InvariantCulture, $"{(negative ? "-" : "")}{whole}.{fraction:d9}").TrimEnd('0');
    }

    /// <summary>Reads a time, cut to nanoseconds towards the past; false for what is none or out of range.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out UnixTime time)
    {
        time = default;
        bool negative = text.StartsWith("-"u8);
        int point = text.IndexOf((byte)'.');

        // The sign stays with the digits: the smallest time of all has no positive counterpart.
        ReadOnlySpan<byte> whole = point < 0 ? text : text[..point];
        ReadOnlySpan<byte> fraction = point < 0 ? default : text[(point + 1)..];
        int start = negative ? 1 : 0;
        if (whole.Length == start || whole[start..].ContainsAnyExceptInRange((byte)'0', (byte)'9') || fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || !Utf8Parser.TryParse(whole, out long seconds, out int used) || used != whole.Length)
        {
            return false;
        }

        uint nanoseconds = 0;
        for (int i = 0; i < Digits; i++)
        {
            nanoseconds = (nanoseconds * 10) + (i < fraction.Length ? fraction[i] - (uint)'0' : 0);
        }

        // Before 1970 the fraction counts backward in the text, and forward in a UnixTime.
        if (negative)
        {
            nanoseconds += fraction.Length > Digits && fraction[Digits..].ContainsAnyExcept((byte)'0') ? 1u : 0;
            if (nanoseconds > 0)
            {
                if (seconds == long.MinValue)
                {
                    return false;
                }

                seconds--;
                nanoseconds = Second - nanoseconds;
            }
        }

        time = new UnixTime(seconds, nanoseconds);
        return true;
    }
}
