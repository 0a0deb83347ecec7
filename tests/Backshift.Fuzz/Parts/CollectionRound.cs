using System.Security.Cryptography;
using Backshift.Fuzz.Running;

namespace Backshift.Fuzz.Parts;

/// <summary>
/// Expires and collects in a repository that may be damaged: the programs may refuse to, but what could be read before, and was not expired, can be read
/// after it, to the last bit.
/// </summary>
internal static class CollectionRound
{
    internal static void Run(Session session, string root)
    {
        Dictionary<string, string> before = Readable(session, root);
        foreach (string[] options in (string[][])[["--keep-last", "2", "-n"], ["--keep-last", "2"]])
        {
            session.Run("bs-expire (after)", "bs-expire", [], [.. options, "-r", root]);
        }

        foreach (string[] options in (string[][])[["-n"], ["--max-unused", "0%"], []])
        {
            session.Run("bs-collect (after)", "bs-collect", [], [.. options, root]);
        }

        HashSet<string> listed = [.. SavesetNames.List(session, root).Select(static saveset => saveset.Name)];
        Dictionary<string, string> after = Readable(session, root);
        foreach ((string name, string digest) in before.Where(saveset => listed.Contains(saveset.Key)))
        {
            if (!after.TryGetValue(name, out string? found) || found != digest)
            {
                session.Fault("bs-collect (after)", $"{name} could be read before, and {(found is null ? "cannot be read" : "has other content")}");
            }
        }

        if (before.Count > 0 && !before.Keys.Any(listed.Contains))
        {
            session.Fault("bs-expire (after)", "no saveset that can be read is left");
        }
    }

    /// <summary>The savesets that bs-tar writes with status 0, and the digest of what it writes.</summary>
    private static Dictionary<string, string> Readable(Session session, string root)
    {
        Dictionary<string, string> digests = [];
        foreach ((string name, bool isComplete) in SavesetNames.List(session, root))
        {
            RunResult tar = session.Run("bs-tar (collection)", "bs-tar", [], "-r", root, name);
            if (tar.Status == 0 && !tar.IsCut && !tar.IsHung && isComplete)
            {
                digests[name] = Convert.ToHexStringLower(SHA256.HashData(tar.Output));
            }
        }

        return digests;
    }
}
