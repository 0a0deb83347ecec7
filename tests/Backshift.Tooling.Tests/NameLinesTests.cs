using System.Text;
using Backshift.Records;
using Xunit;

namespace Backshift.Tooling.Tests;

public sealed class NameLinesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("\n\n", "")]
    [InlineData("a@1\nb/c@2\n", "a@1|b/c@2")]
    [InlineData("a@1  complete  2026-01-01T00:00:00Z\nb@2\tx", "a@1|b@2")]
    [InlineData("  indented\nä\\x20b@1 complete", "ä\\x20b@1")]
    public void The_first_column_of_each_line_is_a_name(string text, string names) => Assert.Equal(names, string.Join('|', Read(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public void A_line_that_no_listing_writes_is_refused()
    {
        byte[] isLong = Encoding.UTF8.GetBytes("a@1\n" + new string('x', 5000));
        Assert.Contains("line 2", Assert.Throws<BackshiftException>(() => Read(isLong)).Message, StringComparison.Ordinal);
        Assert.Contains("line 1", Assert.Throws<BackshiftException>(() => Read([(byte)'a', 0xFF])).Message, StringComparison.Ordinal);
    }

    private static List<string> Read(byte[] bytes)
    {
        using MemoryStream stream = new(bytes);
        return NameLines.Read(stream);
    }
}
