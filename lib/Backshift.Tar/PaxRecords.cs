using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Backshift.Posix;

namespace Backshift.Tar;

/// <summary>The records of an extended header, POSIX.1-2001, pax: "LENGTH KEY=VALUE\n", the length counting itself. Values are bytes. <see cref="PaxHeader"/>
/// reads them.</summary>
public sealed class PaxRecords
{
    private readonly ArrayBufferWriter<byte> text = new();

    /// <summary>All records; valid until the next change.</summary>
    public ReadOnlySpan<byte> Text => text.WrittenSpan;

    /// <summary>Takes all records away.</summary>
    public void Clear() => text.ResetWrittenCount();

    /// <summary>Adds a record.</summary>
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

    /// <summary>Adds a number.</summary>
    public void Add(ReadOnlySpan<byte> key, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out int length);
        Add(key, digits[..length]);
    }

    /// <summary>Adds a time as a decimal number of seconds, to the nanosecond.</summary>
    public void Add(ReadOnlySpan<byte> key, UnixTime time) => Add(key, Encoding.ASCII.GetBytes(PaxTime.Write(time)));

    /// <summary>Adds an attribute under the name that GNU tar, star and bsdtar read.</summary>
    public void AddAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Add([.. "SCHILY.xattr."u8, .. PaxEscapes.ToKey(name)], value);

    private static int Digits(int number) =>
        number switch { < 10 => 1, < 100 => 2, < 1000 => 3, < 10000 => 4, < 100000 => 5, < 1000000 => 6, < 10000000 => 7, < 100000000 => 8, _ => 9 };
}
