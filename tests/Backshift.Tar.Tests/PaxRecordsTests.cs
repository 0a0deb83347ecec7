using System.Text;
using Backshift.Posix;

namespace Backshift.Tar.Tests;

public sealed class PaxRecordsTests
{
    [Theory, InlineData(1), InlineData(4), InlineData(5), InlineData(90), InlineData(93), InlineData(94), InlineData(95), InlineData(992), InlineData(993),
        InlineData(9988), InlineData(65535)]
    public void The_length_of_a_record_counts_its_own_digits(int size)
    {
        PaxRecords records = new();
        records.Add("k"u8, Encoding.ASCII.GetBytes(new string('v', size)));
        string text = Encoding.ASCII.GetString(records.Text);
        Assert.Equal($"{text.Length} k={new string('v', size)}\n", text);
    }

    [Theory]
    [InlineData(0, 0u, "0")]
    [InlineData(1, 500_000_000u, "1.5")]
    [InlineData(-1, 750_000_000u, "-0.25")]
    [InlineData(-2208988800, 250_000_000u, "-2208988799.75")]
    [InlineData(-5, 0u, "-5")]
    [InlineData(7258118400, 1u, "7258118400.000000001")]
    [InlineData(long.MinValue, 1u, "-9223372036854775807.999999999")]
    public void A_time_is_a_decimal_number_of_seconds(long seconds, uint nanoseconds, string expected) =>
        Assert.Equal(expected, PaxTime.Write(new UnixTime(seconds, nanoseconds)));

    [Fact]
    public void An_attribute_with_an_equals_sign_in_its_name_is_escaped_as_GNU_tar_does()
    {
        PaxRecords records = new();
        records.AddAttribute("user.a=b%c"u8, [0, 10, 255]);
        Assert.Equal("35 SCHILY.xattr.user.a%3Db%25c=\0\n\u00ff\n", Encoding.Latin1.GetString(records.Text));
    }
}
