using Backshift.Posix;
using Backshift.Sealing;

namespace Backshift.Testing;

/// <summary>A host that may only save in an encrypted repository of a test.</summary>
public sealed class ScratchHost : IKeySource, IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "backshift-host-" + Guid.NewGuid().ToString("N"));
    private readonly string key;

    /// <param name="repository">The repository.</param>
    /// <param name="name">The name of the host.</param>
    public ScratchHost(ScratchRepository repository, string name)
    {
        byte[] sum = repository.Directory.Config.Sum;
        using RootKey root = ScratchKeys.Instance.TryGetKey(repository.Root, sum)!;
        using HostKey made = HostKey.Make(root, sum, name);
        key = made.ToText();
    }

    public bool IsGiven => true;

    /// <summary>Where its copies are.</summary>
    public BytePath Copies => BytePath.Of(folder);

    public RootKey? TryGetKey(BytePath repository, ReadOnlySpan<byte> configuration) => null;

    public HostKey? TryGetHostKey(BytePath repository, ReadOnlySpan<byte> configuration) => HostKey.TryParse(key);

    public BytePath CopiesOf(ReadOnlySpan<byte> configuration) => Copies;

    public byte[]? TryGetPassphrase(BytePath repository, int attempt) => null;

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
