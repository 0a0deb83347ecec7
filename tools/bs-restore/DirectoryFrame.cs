using Backshift.Posix;

namespace Backshift.Tools.Restore;

/// <summary>A directory on the way to the entry that is being restored. Of a path that has very many, most are closed.</summary>
internal sealed class DirectoryFrame
{
    private FileStatus closed;

    /// <param name="length">How much of the path leads to it.</param>
    /// <param name="directory">The open directory.</param>
    internal DirectoryFrame(int length, UnixFile directory)
    {
        Length = length;
        Place = new SharedDirectory(directory);
    }

    internal int Length { get; }

    /// <summary>The directory; null while it is closed.</summary>
    internal SharedDirectory? Place { get; private set; }

    internal UnixFile? Directory => Place?.Directory;

    /// <summary>Closes the directory, and remembers which one it was.</summary>
    internal void Close()
    {
        if (Directory is not null)
        {
            closed = FileStatus.Of(Directory);
            Leave();
        }
    }

    /// <summary>Takes a directory that was opened again; false if it is another one.</summary>
    internal bool TryReopen(UnixFile directory)
    {
        if (!FileStatus.Of(directory).IsSameFile(closed))
        {
            directory.Dispose();
            return false;
        }

        Place = new SharedDirectory(directory);
        return true;
    }

    /// <summary>Closes the directory, for good unless it is opened again. Threads that share it still have it.</summary>
    internal void Leave()
    {
        Place?.GiveBack();
        Place = null;
    }
}
