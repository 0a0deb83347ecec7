using Backshift.Posix;

namespace Backshift.Tools.Chunk;

/// <summary>The attributes that distinguish one state of a file's content from another.</summary>
internal readonly record struct FileVersion(long Size, UnixTime Mtime, UnixTime Ctime)
{
    /// <exception cref="UnixException">The system refused.</exception>
    internal static FileVersion Of(UnixFile file) => Of(FileStatus.Of(file));

    internal static FileVersion Of(in FileStatus status) => new(status.Size, status.Mtime, status.Ctime);
}
