using System.Text;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.S3;

/// <summary>Where a repository is: s3://endpoint/bucket/prefix, or s3+http:// where the connection needs no TLS.</summary>
public sealed class S3Location
{
    private const string Secure = "s3://";
    private const string Plain = "s3+http://";
    private const string Amazon = ".amazonaws.com";

    private S3Location(BytePath text, Uri endpoint, string bucket, string prefix)
    {
        Text = text;
        Endpoint = endpoint;
        Bucket = bucket;
        Prefix = prefix;
    }

    /// <summary>As the user wrote it.</summary>
    public BytePath Text { get; }

    /// <summary>The server: https://host:port/.</summary>
    public Uri Endpoint { get; }

    /// <summary>The bucket.</summary>
    public string Bucket { get; }

    /// <summary>What all keys begin with: empty, or ending with a slash.</summary>
    public string Prefix { get; }

    /// <summary>Whether the server is one of Amazon's.</summary>
    public bool IsAmazon => Endpoint.Host.EndsWith(Amazon, StringComparison.OrdinalIgnoreCase);

    /// <summary>The region in the name of one of Amazon's servers, "s3.eu-central-1.amazonaws.com"; null if it has none.</summary>
    public string? Region
    {
        get
        {
            string[] labels = Endpoint.Host.Split('.');
            return IsAmazon && labels.Length >= 4 ? labels[^3] : null;
        }
    }

    /// <summary>Reads a location.</summary>
    /// <exception cref="BackshiftException">It is malformed.</exception>
    public static S3Location Parse(BytePath location)
    {
        string text = Encoding.UTF8.GetString(location.Span);
        string scheme = text.StartsWith(Plain, StringComparison.Ordinal) ? Plain : Secure;
        if (!text.StartsWith(scheme, StringComparison.Ordinal))
        {
            throw Malformed(location, "does not begin with s3://");
        }

        string rest = text[scheme.Length..].TrimEnd('/');
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string host = slash < 0 ? rest : rest[..slash];
        if (host.Contains('@', StringComparison.Ordinal))
        {
            // Not shown: it may be a secret.
            throw new BackshiftException(ExitCode.Usage, "a location in S3 has no credentials in it",
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile in ~/.aws/credentials");
        }

        string path = slash < 0 ? "" : rest[(slash + 1)..];
        int end = path.IndexOf('/', StringComparison.Ordinal);
        string bucket = end < 0 ? path : path[..end], prefix = end < 0 ? "" : path[(end + 1)..] + "/";
        if (!Uri.TryCreate($"{(scheme == Plain ? "http" : "https")}://{host}/", UriKind.Absolute, out Uri? endpoint) || endpoint.Host.Length == 0
            || endpoint.PathAndQuery != "/")
        {
            throw Malformed(location, "has no name of a server");
        }

        if (bucket.Length == 0 || !bucket.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'))
        {
            throw Malformed(location, "names no bucket");
        }

        if (prefix.Split('/').SkipLast(1).Any(static part => part is "" or "." or "..") || prefix.Any(static c => char.IsControl(c) || c == '\uFFFD'))
        {
            throw Malformed(location, "has a prefix that cannot be one");
        }

        return new S3Location(location, endpoint, bucket, prefix);
    }

    private static BackshiftException Malformed(BytePath location, string fault) =>
        new(ExitCode.Usage, $"{location}: {fault}", "s3://s3.eu-central-1.amazonaws.com/bucket/prefix, or s3+http://127.0.0.1:7480/bucket/prefix without TLS");
}
