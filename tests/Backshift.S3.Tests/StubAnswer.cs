using System.Text;

namespace Backshift.S3.Tests;

/// <summary>An answer of the stub.</summary>
internal sealed record StubAnswer(int Status, byte[] Body)
{
    internal Dictionary<string, string> Headers { get; } = [];

    /// <summary>The length that the answer to a HEAD names.</summary>
    internal long? Length { get; init; }

    internal static StubAnswer Ok(string xml = "") => new(200, Encoding.UTF8.GetBytes(xml));

    internal static StubAnswer Error(int status, string code) =>
        new(status, Encoding.UTF8.GetBytes($"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>said by the stub</Message></Error>"));
}
