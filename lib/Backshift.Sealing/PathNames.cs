using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>Hides the names of hosts and subsets in paths; see backshift-repository(5), "Hidden names".</summary>
internal abstract class PathNames : IDisposable
{
    private const int Parts = 2;

    /// <summary>The path in the store of one that has names in the clear.</summary>
    /// <param name="path">Below the folder of a type: HOST or HOST/+SUBSET, and perhaps the name of a file.</param>
    /// <param name="parts">How many of its parts are names.</param>
    /// <exception cref="BackshiftException">The key is not for this host.</exception>
    internal BytePath Hide(BytePath path, int parts)
    {
        if (parts == 0)
        {
            return path;
        }

        string[] names = path.ToString().Split('/');
        byte[] host = NameCipher.Padded(names[1]);
        names[1] = HideHost(names[1], host);
        if (parts == Parts)
        {
            names[2] = "+" + HideSubset(host, NameCipher.Padded(names[2][1..]));
        }

        return BytePath.Of(string.Join('/', names));
    }

    /// <summary>The path with names in the clear; null if the names are not ours.</summary>
    /// <inheritdoc cref="Hide"/>
    internal BytePath? TryShow(BytePath path, int parts)
    {
        if (parts == 0)
        {
            return path;
        }

        string[] names = path.ToString().Split('/');
        if (TryShowHost(names[1]) is not { } host)
        {
            return null;
        }

        names[1] = NameCipher.Name(host);
        if (parts == Parts)
        {
            if (TryShowSubset(host, names[2][1..]) is not { } subset)
            {
                return null;
            }

            names[2] = "+" + NameCipher.Name(subset);
        }

        return BytePath.Of(string.Join('/', names));
    }

    public abstract void Dispose();

    /// <summary>The hidden name of a host.</summary>
    /// <param name="escaped">Its name as it stands in a path.</param>
    /// <param name="host">The same, filled up.</param>
    /// <exception cref="BackshiftException">The key is not for this host.</exception>
    protected abstract string HideHost(string escaped, byte[] host);

    /// <summary>The name of a host, filled up; null if it is not ours.</summary>
    /// <param name="folder">Its hidden name.</param>
    protected abstract byte[]? TryShowHost(string folder);

    /// <summary>The hidden name of a subset.</summary>
    /// <param name="host">The name of its host, filled up.</param>
    /// <param name="subset">Its own name, filled up.</param>
    protected abstract string HideSubset(byte[] host, byte[] subset);

    /// <summary>The name of a subset, filled up; null if it is not ours.</summary>
    /// <param name="host">The name of its host, filled up.</param>
    /// <param name="hidden">Its hidden name.</param>
    protected abstract byte[]? TryShowSubset(byte[] host, string hidden);

    /// <summary>What the name of a subset belongs to.</summary>
    /// <param name="host">The name of its host, filled up.</param>
    protected static byte[] ParentOf(byte[] host) => [1, .. host];
}
