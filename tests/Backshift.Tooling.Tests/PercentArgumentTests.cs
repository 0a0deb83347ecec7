using System.CommandLine;
using Xunit;

namespace Backshift.Tooling.Tests;

/// <summary>Shares on the command line.</summary>
public sealed class PercentArgumentTests
{
    [Theory]
    [InlineData("5%", 5)]
    [InlineData("5", 5)]
    [InlineData("0.5%", 0.5)]
    [InlineData("100%", 100)]
    [InlineData("0", 0)]
    public void A_share_is_read(string text, double percent) => Assert.Equal(percent, Read(text, isWhole: false, takesNone: true));

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    [InlineData("-0.1")]
    [InlineData("100.1")]
    [InlineData("1e1")]
    [InlineData("5%%")]
    [InlineData("%")]
    [InlineData("1,5")]
    public void What_is_no_share_is_refused(string text)
    {
        Assert.Null(Read(text, isWhole: false, takesNone: true));
        Assert.Null(Read(text, isWhole: true, takesNone: false));
    }

    [Fact]
    public void None_and_fractions_are_refused_where_they_make_no_sense()
    {
        Assert.Null(Read("0%", isWhole: false, takesNone: false));
        Assert.Null(Read("0.5%", isWhole: true, takesNone: true));
        Assert.Equal(1, Read("1%", isWhole: true, takesNone: false));
    }

    /// <summary>The share; null if it is refused.</summary>
    private static double? Read(string text, bool isWhole, bool takesNone)
    {
        Option<double?> option = PercentArgument.Option("--share", "a share", defaultValue: null, isWhole, takesNone);
        ParseResult result = new RootCommand { option }.Parse(["--share=" + text]);
        return result.Errors.Count > 0 ? null : result.GetValue(option);
    }
}
