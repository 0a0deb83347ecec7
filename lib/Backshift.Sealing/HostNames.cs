using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>Hides the name of one host and those of its subsets; those of others can neither be read nor made.</summary>
internal sealed class HostNames : IHiddenNames, IDisposable
{
    private const int Parts = 2;

    private readonly string host;
    private readonly string escaped;
    private readonly string folder;
    private readonly byte[] padded;
    private readonly NameCipher subsets;

    /// <param name="key">The host key.</param>
    internal HostNames(HostKey key)
    {
        host = key.Host;
        folder = key.Folder;
        Vector = HiddenNames.VectorOf(folder);
        escaped = SavesetPath.Escape(Encoding.UTF8.GetBytes(host));
        padded = NameCipher.Padded(escaped);
        subsets = new NameCipher(key.Subsets);
    }

    /// <summary>What tells the host.</summary>
    internal byte[] Vector { get; }

    /// <summary>The folder of the host, below that of a type.</summary>
    /// <param name="type">The type.</param>
    internal BytePath FolderIn(ObjectType type) => ObjectPath.FolderOf(type).Join(Encoding.ASCII.GetBytes(escaped));

    public BytePath Hide(BytePath path, int parts)
    {
        if (parts == 0)
        {
            return path;
        }

        string[] names = path.ToString().Split('/');
        if (names[1] != escaped)
        {
            throw new BackshiftException(ExitCode.NotPermitted,
                $"the key is that of host {Escaping.Display(Encoding.UTF8.GetBytes(host))}, and saves under no other name",
                $"give --host, or another key: it was to be {names[1]}");
        }

        names[1] = folder;
        if (parts == Parts)
        {
            names[2] = "+" + subsets.Hide([1, .. padded], NameCipher.Padded(names[2][1..]));
        }

        return BytePath.Of(string.Join('/', names));
    }

    public BytePath? TryShow(BytePath path, int parts)
    {
        if (parts == 0)
        {
            return path;
        }

        string[] names = path.ToString().Split('/');
        if (names[1] != folder)
        {
            return null;
        }

        names[1] = escaped;
        if (parts == Parts)
        {
            if (subsets.TryShow([1, .. padded], names[2][1..]) is not { } subset)
            {
                return null;
            }

            names[2] = "+" + NameCipher.Name(subset);
        }

        return BytePath.Of(string.Join('/', names));
    }

    public void Dispose() => subsets.Dispose();
}
