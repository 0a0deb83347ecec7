using System.Text;
using Backshift.Posix;
using Backshift.Tooling;

namespace Backshift.Tools.List;

/// <summary>Times in ISO 8601 without making a string of each.</summary>
internal static class TimeText
{
    /// <param name="output">Where to.</param>
    /// <param name="time">The time.</param>
    /// <param name="full">Whether with nine digits of the second.</param>
    internal static void Write(OutputBuffer output, UnixTime time, bool full)
    {
        if (!time.IsCalendar)
        {
            output.Write(Encoding.ASCII.GetBytes(full ? time.ToStringWithNanoseconds() : time.ToString()));
            return;
        }

        const int Day = 86400;
        (long days, long second) = Math.DivRem(time.Seconds, Day);
        if (second < 0)
        {
            days--;
            second += Day;
        }

        DateTime date = DateTime.UnixEpoch.AddTicks(days * TimeSpan.TicksPerDay);
        Span<byte> text = output.GetSpan(32);
        int at = 0;
        Put(text, ref at, (uint)date.Year, 4, '-');
        Put(text, ref at, (uint)date.Month, 2, '-');
        Put(text, ref at, (uint)date.Day, 2, 'T');
        Put(text, ref at, (uint)(second / 3600), 2, ':');
        Put(text, ref at, (uint)(second / 60 % 60), 2, ':');
        Put(text, ref at, (uint)(second % 60), 2, full ? '.' : 'Z');
        if (full)
        {
            Put(text, ref at, time.Nanoseconds, 9, 'Z');
        }

        output.Advance(at);
    }

    private static void Put(Span<byte> text, ref int at, uint number, int digits, char behind)
    {
        for (int i = digits - 1; i >= 0; i--)
        {
            text[at + i] = (byte)('0' + (number % 10));
            number /= 10;
        }

        at += digits;
        text[at++] = (byte)behind;
    }
}
