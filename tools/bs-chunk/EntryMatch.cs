using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Chunk;

/// <summary>
/// Whether an open file is the one that an entry means. Hours may pass between the walk and the read, and a user who may write to a directory may put anything
/// in the place
/// of what was walked: content must never come to stand under the owner and mode of another file.
/// </summary>
internal static class EntryMatch
{
    internal const string Replaced = "replaced while it was saved";
    internal const string NotOurs = "its owner or mode was changed while it was saved";
    internal const string Unknown = "its path leads through a symbolic link, and its entry does not give the inode";

    /// <summary>Why the content of a file must not be stored under an entry, or null.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="status">The open file.</param>
    /// <param name="throughLink">Whether a symbolic link lay on the way to it.</param>
    /// <param name="ignoreInode">Whether the number of the inode means nothing.</param>
    internal static string? Refuse(EntryRecord entry, in FileStatus status, bool throughLink, bool ignoreInode)
    {
        if (status.Kind != FileKind.Regular || (entry.Dev is { } dev && dev != status.Dev))
        {
            return Replaced;
        }

        bool sameInode = entry.Ino is not { } ino || ino == status.Ino;
        bool sameBirth = !KnowsBirth(entry, in status) || entry.Btime == status.Btime;
        bool sameVersion = IsVersion(entry, in status);
        if (throughLink)
        {
            // The root of a walk and the paths of a list may lead through links; a directory that became a link afterwards leads anywhere. Only the very inode
            // is believed: a number may be given again, with another birth, or where no birth is known with another ctime.
            if (entry.Dev is null || entry.Ino is null)
            {
                return Unknown;
            }

            bool proven = sameInode && sameBirth && (KnowsBirth(entry, in status) || sameVersion);
            if (!proven && !(ignoreInode && sameBirth && sameVersion))
            {
                return Replaced;
            }
        }
        else if (!sameBirth || (!sameInode && !sameVersion && !ignoreInode))
        {
            return Replaced;
        }

        // The same file, changed since; then its owner and mode are to be those of the entry. One whose ctime stayed has them still, whatever a filter made of
        // the entry.
        return sameVersion || entry.Ctime is null || entry.Ctime == status.Ctime || HasOwner(entry, in status) ? null : NotOurs;
    }

    /// <summary>Whether all that tells a version of a file is what it was when it was walked, but for the number of its inode.</summary>
    internal static bool IsVersion(EntryRecord entry, in FileStatus status) =>
        entry.Ctime == status.Ctime && entry.Mtime == status.Mtime && entry.Size == status.Size;

    /// <summary>Whether the time of birth can be compared.</summary>
    internal static bool KnowsBirth(EntryRecord entry, in FileStatus status) => entry.Btime is not null && status.Btime is not null;

    private static bool HasOwner(EntryRecord entry, in FileStatus status) =>
        (entry.Uid ?? status.Uid) == status.Uid && (entry.Gid ?? status.Gid) == status.Gid && (entry.Mode ?? status.Mode) == status.Mode;
}
