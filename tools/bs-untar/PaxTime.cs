using System.Buffers.Text;
using Backshift.Posix;

namespace Backshift.Tools.Untar;

/// <summary>Times of extended headers: decimal numbers of seconds, "-1.5".</summary>
internal static class PaxTime
{
    private const uint Second = 1_000_000_000;

    /// <summary>Reads a time, cut to nanoseconds; false for what is none or out of range.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> text, out UnixTime time)
    {
        time = default;
        bool negative = text.StartsWith("-"u8);
        text = negative ? text[1..] : text;
        int point = text.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = point < 0 ? text : text[..point];
        ReadOnlySpan<byte> fraction = point < 0 ? default : text[(point + 1)..];
        if (whole.IsEmpty || whole[0] is < (byte)'0' or > (byte)'9' || fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            || !Utf8Parser.TryParse(whole, out long seconds, out int used) || used != whole.Length)
        {
            return false;
        }

        uint nanoseconds = 0;
        for (int i = 0; i < 9; i++)
        {
            nanoseconds = (nanoseconds * 10) + (i < fraction.Length ? fraction[i] - (uint)'0' : 0);
        }

        // Before 1970 the fraction counts backward in the text, and forward in a UnixTime.
        time = !negative ? new UnixTime(seconds, nanoseconds)
            : nanoseconds == 0 ? new UnixTime(-seconds, 0)
            : new UnixTime(-seconds - 1, Second - nanoseconds);
        return true;
    }
}
