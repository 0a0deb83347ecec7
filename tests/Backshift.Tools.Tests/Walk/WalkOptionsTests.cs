using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Walk.Tests;

public sealed class WalkOptionsTests
{
    private static readonly WalkOptions Plain = new() { Host = "h" };

    private static string Refusal(WalkOptions options, PathListForm form, bool isList)
    {
        BackshiftException wrong = Assert.Throws<BackshiftException>(() => options.Check(form, isList));
        Assert.Equal(ExitCode.Usage, wrong.Code);
        return wrong.Message;
    }

    [Fact]
    public void What_needs_roots_is_refused_for_a_list()
    {
        Assert.StartsWith("-x needs roots", Refusal(Plain with { OneFileSystem = true }, default, isList: true), StringComparison.Ordinal);
        Assert.StartsWith("--count needs roots", Refusal(Plain with { Count = true }, default, isList: true), StringComparison.Ordinal);
        Assert.StartsWith("--guard needs roots", Refusal(Plain with { Guard = true }, default, isList: true), StringComparison.Ordinal);
        (Plain with { OneFileSystem = true, Count = true, Guard = true }).Check(default, isList: false);
    }

    [Fact]
    public void What_describes_a_list_is_refused_for_roots()
    {
        Assert.Equal("a list of paths and roots cannot be combined", Refusal(Plain, new PathListForm(false, false, Sized: true), isList: false));
        Assert.Equal("-0 and -l cannot be combined", Refusal(Plain, new PathListForm(Null: true, Lines: true, false), isList: true));
        Plain.Check(new PathListForm(false, Lines: true, Sized: true), isList: true);
    }
}
