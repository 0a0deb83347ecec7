namespace Backshift.S3.Tests;

/// <summary>The same where the server ignores If-None-Match.</summary>
public sealed class S3StoreWithoutConditionsTests : S3StoreTests
{
    public S3StoreWithoutConditionsTests()
        : base(obeysConditions: false)
    {
    }
}
