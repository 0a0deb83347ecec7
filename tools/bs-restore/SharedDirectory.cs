using Backshift.Posix;

namespace Backshift.Tools.Restore;

/// <summary>A directory that several threads open files in; closed once the last of them gives it back.</summary>
internal sealed class SharedDirectory
{
    private readonly UnixFile directory;
    private int uses = 1;

    /// <param name="directory">The directory, for the caller, who gives it back; closed by then.</param>
    internal SharedDirectory(UnixFile directory) => this.directory = directory;

    /// <summary>Valid until it is given back.</summary>
    internal UnixFile Directory => directory;

    /// <summary>What is in it; null until it is listed. For the thread that enters directories alone.</summary>
    internal ListedNames? Names { get; set; }

    /// <summary>Opens a directory again, apart from whoever has it open. The caller gives it back.</summary>
    /// <returns>Null if that cannot be done now.</returns>
    internal static SharedDirectory? TryOpen(UnixFile directory)
    {
        BytePath here = new("."u8);
        UnixFile? again = UnixFile.TryOpen(directory, here, OpenFor.Directory, out int errno);
        again = again is null && errno == Errno.EACCES ? UnixFile.TryOpen(directory, here, OpenFor.Directory | OpenFor.Passage, out _) : again;
        return again is null ? null : new SharedDirectory(again);
    }

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
