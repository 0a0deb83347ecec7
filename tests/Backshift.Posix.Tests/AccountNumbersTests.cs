using Xunit;

namespace Backshift.Posix.Tests;

public sealed class AccountNumbersTests
{
    [Fact]
    public void Names_of_accounts_lead_to_their_numbers()
    {
        AccountNumbers numbers = new();
        Assert.Equal((0u, 0u), (numbers.User("root"u8), numbers.Group("root"u8)));
        Assert.Null(numbers.User("no such user"u8));
        Assert.Null(numbers.Group("no such group"u8));
    }
}
