using Backshift.Posix;

namespace Backshift.Repository.Objects;

/// <summary>Files without names for whoever only reads a repository, and may not write there.</summary>
public static class ScratchSpace
{
    /// <summary>A new one, in $TMPDIR or in /var/tmp: /tmp is memory on many machines.</summary>
    /// <exception cref="UnixException">It cannot be made.</exception>
    public static UnixFile Create()
    {
        BytePath directory = Machine.Variable("TMPDIR") is { Length: > 0 } set ? new BytePath(set) : new BytePath("/var/tmp"u8);
        return UnixFile.CreateUnnamed(directory.Join($".backshift-{ObjectName.Random()}"));
    }
}
