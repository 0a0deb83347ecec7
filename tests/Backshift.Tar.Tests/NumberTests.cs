using System.Text;
using Backshift.Posix;

namespace Backshift.Tar.Tests;

public sealed class NumberTests
{
    [Theory]
    [InlineData("0000644\0", 420L)]
    [InlineData("   644 \0", 420L)]
    [InlineData("77777777", 16777215L)]
    [InlineData("\u0080\0\0\0\0\0\u0001\0", 256L)]
    [InlineData("\u0080\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", long.MaxValue >> 8)]
    [InlineData("\u0080\0\0\0\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", long.MaxValue)]
    [InlineData("\u0080\0\0\0\u0080\0\0\0\0\0\0\0", null)]
    [InlineData("\u0080\u0001\0\0\0\0\0\0\0\0\0\0", null)]
    [InlineData("\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00fe", -2L)]
    [InlineData("\u00ff\u00ff\u00ff\u00ff\u0080\0\0\0\0\0\0\0", long.MinValue)]
    [InlineData("\u00ff\u00ff\u00ff\u00ff\u007f\0\0\0\0\0\0\0", null)]
    [InlineData("\0\0\0\0\0\0\0\0", 0L)]
    [InlineData("\00000644", 420L)]
    [InlineData("\t\n00644\0", 420L)]
    [InlineData("        ", null)]
    [InlineData("0000008\0", null)]
    [InlineData("000064x\0", null)]
    [InlineData("-000001\0", null)]
    public void A_number_in_a_header(string field, long? expected) =>
        Assert.Equal(expected, TarNumber.TryRead(Encoding.Latin1.GetBytes(field), out long number) ? number : null);

    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("1350244992.023960108", 1350244992, 23960108)]
    [InlineData("1.", 1, 0)]
    [InlineData("1.9999999999", 1, 999999999)]
    [InlineData("-1", -1, 0)]
    [InlineData("-0.25", -1, 750000000)]
    [InlineData("-1.000000001", -2, 999999999)]
    [InlineData("-1.0000000001", -2, 999999999)]
    [InlineData("-1.9999999999", -2, 0)]
    [InlineData("-9223372036854775808", long.MinValue, 0)]
    [InlineData("-9223372036854775807.5", long.MinValue, 500000000)]
    [InlineData("9223372036854775807.5", long.MaxValue, 500000000)]
    public void A_time_in_an_extended_header(string text, long seconds, int nanoseconds)
    {
        Assert.True(PaxTime.TryRead(Encoding.ASCII.GetBytes(text), out UnixTime time));
        Assert.Equal(new UnixTime(seconds, (uint)nanoseconds), time);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".5")]
    [InlineData("--1")]
    [InlineData("+1")]
    [InlineData("1.5.5")]
    [InlineData("1e3")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("-9223372036854775808.5")]
    [InlineData("-")]
    [InlineData("-.5")]
    public void What_is_no_time(string text) => Assert.False(PaxTime.TryRead(Encoding.ASCII.GetBytes(text), out _));
}
