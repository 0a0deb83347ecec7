using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>Hides the name of one host and those of its subsets; those of others can neither be read nor made.</summary>
internal sealed class HostNames : PathNames
{
    private readonly string host;
    private readonly string folder;
    private readonly byte[] padded;
    private readonly NameCipher subsets;

    /// <param name="key">The host key.</param>
    internal HostNames(HostKey key)
    {
        host = key.Host;
        folder = key.Folder;
        Vector = HiddenNames.VectorOf(folder);
        padded = NameCipher.Padded(SavesetPath.Escape(Encoding.UTF8.GetBytes(host)));
        subsets = new NameCipher(key.Subsets);
    }

    /// <summary>What tells the host.</summary>
    internal byte[] Vector { get; }

    public override void Dispose() => subsets.Dispose();

    protected override string HideHost(string escaped, byte[] host) => host.AsSpan().SequenceEqual(padded) ? folder
        : throw new BackshiftException(ExitCode.NotPermitted,
            $"the key is that of host {Escaping.Display(Encoding.UTF8.GetBytes(this.host))}, and saves under no other name",
            $"give --host, or another key: it was to be {escaped}");

    protected override byte[]? TryShowHost(string folder) => folder == this.folder ? padded : null;

    protected override string HideSubset(byte[] host, byte[] subset) => subsets.Hide(ParentOf(host), subset);

    protected override byte[]? TryShowSubset(byte[] host, string hidden) => subsets.TryShow(ParentOf(host), hidden);
}
