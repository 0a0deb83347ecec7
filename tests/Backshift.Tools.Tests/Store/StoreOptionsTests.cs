using Backshift.Records;
using Backshift.Repository.Saving;
using Xunit;

namespace Backshift.Tools.Store.Tests;

public sealed class StoreOptionsTests
{
    private static readonly StoreOptions Forward = new(new SavesetOptions("h", null, null, Deltas: true, "test"), 1) { Forward = true };

    [Fact]
    public void Options_about_a_saveset_are_refused_where_none_is_recorded()
    {
        Forward.Check();
        Assert.Equal("--list and --forward cannot be combined", Assert.Throws<BackshiftException>((Forward with { List = true }).Check).Message);
        Assert.Equal("--guard and --forward cannot be combined", Assert.Throws<BackshiftException>((Forward with { Guard = true }).Check).Message);
    }
}
