namespace Backshift.S3.Tests;

/// <summary>A request as the stub has read it.</summary>
/// <param name="Method">GET, PUT, …</param>
/// <param name="Bucket">The bucket in its path.</param>
/// <param name="Key">The key in its path; empty for the bucket itself.</param>
/// <param name="Query">Its query.</param>
/// <param name="Headers">Its headers, by names in lower case.</param>
/// <param name="Body">Its body.</param>
internal sealed record StubRequest(
    string Method, string Bucket, string Key, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    internal string? Header(string name) => Headers.GetValueOrDefault(name);

    internal bool Asks(string word) => Query.ContainsKey(word);

    public override string ToString() => $"{Method} {Key}{(Query.Count > 0 ? "?" + string.Join('&', Query.Keys.Order()) : "")}";
}
