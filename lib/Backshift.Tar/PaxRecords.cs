using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Backshift.Posix;

namespace Backshift.Tar;

/// <summary>The records of an extended header, POSIX.1-2001, pax: "LENGTH KEY=VALUE\n", the length counting itself. Values are bytes.</summary>
public sealed class PaxRecords
{
    private readonly ArrayBufferWriter<byte> text = new();

    public ReadOnlySpan<byte> Text => text.WrittenSpan;

    public void Clear() => text.ResetWrittenCount();

    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        int rest = key.Length + value.Length + 3;
        int length = rest + Digits(rest);
        length = rest + Digits(length);
        Span<byte> span = text.GetSpan(length);
        Utf8Formatter.TryFormat(length, span, out int at);
        span[at++] = (byte)' ';
        key.CopyTo(span[at..]);
        at += key.Length;
        span[at++] = (byte)'=';
        value.CopyTo(span[at..]);
        span[length - 1] = (byte)'\n';
        text.Advance(length);
    }

    public void Add(ReadOnlySpan<byte> key, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out int length);
        Add(key, digits[..length]);
    }

    /// <summary>Adds a time as a decimal number of seconds, to the nanosecond.</summary>
    public void Add(ReadOnlySpan<byte> key, UnixTime time) => Add(key, Encoding.ASCII.GetBytes(Decimal(time)));

    /// <summary>Adds an attribute under the name that GNU tar, star and bsdtar read: in it, = and % are written as %3D and %25.</summary>
    public void AddAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        ArrayBufferWriter<byte> key = new();
        key.Write("SCHILY.xattr."u8);
        foreach (byte b in name)
        {
            key.Write(b switch { (byte)'=' => "%3D"u8, (byte)'%' => "%25"u8, _ => [b] });
        }

        Add(key.WrittenSpan, value);
    }

    /// <summary>The number before the point is towards zero, as people write it: −0.25 s is second −1 and 750,000,000 ns.</summary>
    public static string Decimal(UnixTime time)
    {
        if (time.Nanoseconds == 0)
        {
            return time.Seconds.ToString(CultureInfo.InvariantCulture);
        }

        bool negative = time.Seconds < 0;
        UInt128 whole = negative ? (UInt128)(-((Int128)time.Seconds + 1)) : (UInt128)time.Seconds;
        uint fraction = negative ? 1_000_000_000 - time.Nanoseconds : time.Nanoseconds;
        return string.Create(CultureInfo.InvariantCulture, $"{(negative ? "-" : "")}{whole}.{fraction:d9}").TrimEnd('0');
    }

    private static int Digits(int number) => number switch { < 10 => 1, < 100 => 2, < 1000 => 3, < 10000 => 4, < 100000 => 5, < 1000000 => 6, < 10000000 => 7, < 100000000 => 8, _ => 9 };
}
