using System.Text;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Remote.Client;

/// <summary>
/// Where a repository is, as the user wrote it: a directory, or how a server is started. As with scp(1), a colon before the first slash makes it a place on
/// another machine; a directory with such a name is written with "./" before it.
/// </summary>
internal sealed class StoreLocation
{
    private const string ShellVariable = "BACKSHIFT_RSH";
    private const string BucketVariable = "BACKSHIFT_S3";
    private const string BucketServer = "bs-s3";

    private StoreLocation(string command, IReadOnlyList<string> arguments)
    {
        Command = command;
        Arguments = arguments;
    }

    /// <summary>What starts the server, for sh(1).</summary>
    internal string Command { get; }

    /// <summary>Its arguments: $1 and so on.</summary>
    internal IReadOnlyList<string> Arguments { get; }

    /// <summary>Whether a location is that of a server.</summary>
    internal static bool IsRemote(BytePath location)
    {
        int colon = location.Span.IndexOf((byte)':');
        return colon > 0 && !location.Span[..colon].Contains((byte)'/');
    }

    /// <summary>How the server of a location is started.</summary>
    /// <exception cref="BackshiftException">The location is malformed.</exception>
    internal static StoreLocation Parse(BytePath location)
    {
        string text = Encoding.UTF8.GetString(location.Span);
        if (!location.Span.SequenceEqual(Encoding.UTF8.GetBytes(text)))
        {
            throw Malformed(location, "is not UTF-8");
        }

        if (text.StartsWith("exec:", StringComparison.Ordinal))
        {
            return text.Length > "exec:".Length ? new StoreLocation(text["exec:".Length..], []) : throw Malformed(location, "names no command");
        }

        if (text.StartsWith("s3://", StringComparison.Ordinal) || text.StartsWith("s3+http://", StringComparison.Ordinal))
        {
            if (text.Split('/')[2].Contains('@', StringComparison.Ordinal))
            {
                // It is not shown, as it may be a secret.
                throw new BackshiftException(ExitCode.Usage, "a location in S3 has no credentials in it",
                    "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile in ~/.aws/credentials");
            }

            // The variable holds more arguments for it, as words.
            return new StoreLocation($"set -f; exec \"$1\" ${BucketVariable} \"$2\"", [BesideThisProgram(BucketServer), text]);
        }

        string port = "", host, path;
        if (text.StartsWith("ssh://", StringComparison.Ordinal))
        {
            string rest = text["ssh://".Length..];
            int slash = rest.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0)
            {
                throw Malformed(location, "names no directory");
            }

            (host, path) = (rest[..slash], rest[slash..]);
            path = path.StartsWith("/~/", StringComparison.Ordinal) ? path["/~/".Length..] : path;
            int end = host.LastIndexOf(':');

            // The colons of an IPv6 address are between brackets.
            if (end >= 0 && end > host.LastIndexOf(']'))
            {
                (host, port) = (host[..end], host[(end + 1)..]);
                if (port.Length == 0 || port.Length > 5 || !port.All(char.IsAsciiDigit))
                {
                    throw Malformed(location, "has no number where a port should be");
                }
            }
        }
        else if (text.Contains("://", StringComparison.Ordinal))
        {
            throw Malformed(location, "is of a kind that is not known: ssh://, s3:// and exec: are");
        }
        else
        {
            int colon = text.StartsWith('[') || text.Contains("@[", StringComparison.Ordinal)
                ? text.IndexOf("]:", StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
            (host, path) = colon > 0 ? (text[..colon], text[(colon + 1)..]) : throw Malformed(location, "has no end of an address");
        }

        host = host.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);

        // ssh(1) would take it for an option.
        if (host.Length == 0 || host.StartsWith('-') || host.Contains("@-", StringComparison.Ordinal) || host.EndsWith('@') || host.Any(char.IsWhiteSpace))
        {
            throw Malformed(location, "has no name of a machine");
        }

        if (path.Length == 0)
        {
            throw Malformed(location, "names no directory");
        }

        string shell = Machine.Variable(ShellVariable) is { Length: > 0 } ? $"${ShellVariable}" : "ssh";
        List<string> arguments = port.Length > 0 ? ["-p", port] : [];
        arguments.AddRange(["-T", host, $"bs-serve {Quoted(path)}"]);
        return new StoreLocation($"exec {shell} \"$@\"", arguments);
    }

    // Where it was installed with this program it is of the same version; elsewhere the shell looks for it.
    private static string BesideThisProgram(string program) =>
        Path.GetDirectoryName(Environment.ProcessPath) is { } folder && File.Exists(Path.Combine(folder, program)) ? Path.Combine(folder, program) : program;

    // For the shell on the other side. A path that begins with a hyphen is no option.
    private static string Quoted(string path) =>
        $"'{(path.StartsWith('-') ? "./" + path : path).Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static BackshiftException Malformed(BytePath location, string fault) => new(ExitCode.Usage, $"{location}: {fault}",
        "user@host:path, ssh://user@host:port/path, s3://endpoint/bucket/prefix, exec:command, "
            + "or a directory: with ./ before it if there is a colon in its name");
}
