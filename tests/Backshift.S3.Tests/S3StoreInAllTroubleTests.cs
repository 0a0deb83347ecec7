namespace Backshift.S3.Tests;

/// <summary>The same with everything at once: requests fail, are delayed, made again and reordered, and listings lag.</summary>
public sealed class S3StoreInAllTroubleTests : S3StoreInTroubleTests
{
    public S3StoreInAllTroubleTests() => Server.Lags = true;
}
