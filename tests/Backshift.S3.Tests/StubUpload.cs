namespace Backshift.S3.Tests;

/// <summary>An object that comes in parts.</summary>
internal sealed record StubUpload(string Key, DateTimeOffset Begun, IReadOnlyDictionary<string, string> Kept)
{
    internal SortedDictionary<int, byte[]> Parts { get; } = [];
}
