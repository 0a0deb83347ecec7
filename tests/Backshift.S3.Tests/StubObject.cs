namespace Backshift.S3.Tests;

/// <summary>An object of the stub.</summary>
internal sealed record StubObject(byte[] Bytes, DateTimeOffset Received, IReadOnlyDictionary<string, string> Kept)
{
    internal string Tag => Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(Bytes));

    internal DateTimeOffset? LockedUntil =>
        Kept.TryGetValue("x-amz-object-lock-retain-until-date", out string? until)
            ? DateTimeOffset.Parse(until, System.Globalization.CultureInfo.InvariantCulture) : null;
}
