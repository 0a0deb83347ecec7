using Backshift.Posix;

namespace Backshift.Tools.Restore;

/// <summary>A directory that several threads open files in; closed once the last of them gives it back.</summary>
internal sealed class SharedDirectory
{
    private readonly UnixFile directory;
    private int uses = 1;

    private SharedDirectory(UnixFile directory) => this.directory = directory;

    /// <summary>Valid until it is given back.</summary>
    internal UnixFile Directory => directory;

    /// <summary>Opens a directory again, apart from whoever has it open. The caller gives it back.</summary>
    /// <returns>Null if that cannot be done now.</returns>
    internal static SharedDirectory? TryOpen(UnixFile directory) =>
        UnixFile.TryOpen(directory, new BytePath("."u8), OpenFor.Directory | OpenFor.Passage, out _) is { } again ? new SharedDirectory(again) : null;

    /// <summary>Notes a further user.</summary>
    internal SharedDirectory Share()
    {
        Interlocked.Increment(ref uses);
        return this;
    }

    internal void GiveBack()
    {
        if (Interlocked.Decrement(ref uses) == 0)
        {
            directory.Dispose();
        }
    }
}
