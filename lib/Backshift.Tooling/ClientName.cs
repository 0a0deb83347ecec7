using System.Text;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>What the log calls a client.</summary>
internal static class ClientName
{
    /// <param name="given">What the command line calls it; empty for nothing.</param>
    /// <param name="hosts">The hosts that it sees; none for all.</param>
    /// <exception cref="BackshiftException">It is called something that is not one word.</exception>
    internal static string Of(string given, IReadOnlyList<string> hosts)
    {
        if (given.Length == 0)
        {
            return hosts.Count > 0 ? Word(string.Join(',', hosts))
                : Machine.Variable("SSH_CONNECTION") is { Length: > 0 } connection ? Word(Encoding.UTF8.GetString(connection).Split(' ')[0]) : "-";
        }

        return given == Word(given) ? given : throw new BackshiftException(ExitCode.Usage, "--as: is not one word");
    }

    private static string Word(string text) => Escaping.DisplayText(text).Replace(" ", "\\x20", StringComparison.Ordinal);
}
