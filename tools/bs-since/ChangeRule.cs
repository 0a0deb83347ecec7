using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Trees;

namespace Backshift.Tools.Since;

/// <summary>Whether a file is what it was when a base was made; see bs-since(1).</summary>
/// <param name="IgnoreCtime">Do not compare the times at which the inodes were changed.</param>
/// <param name="IgnoreInode">Do not compare the numbers of the inodes.</param>
internal sealed record ChangeRule(bool IgnoreCtime, bool IgnoreInode)
{
    /// <summary>
    /// The coarsest times that a file system keeps, those of FAT, in seconds. A file that was changed this shortly before a base was begun may have been
    /// changed again, in the same tick of that clock, after it was read.
    /// </summary>
    internal const int Granularity = 2;

    /// <summary>Whether the content of an earlier entry is that of the file now.</summary>
    /// <param name="now">The file.</param>
    /// <param name="then">The entry with its path in a base.</param>
    /// <param name="started">When the base was begun.</param>
    internal bool Holds(FileStamp now, StoredEntry then, UnixTime started)
    {
        // The device is not compared: its number depends on the order in which a machine finds its disks.
        EntryRecord old = then.Entry;
        return old.Type == EntryType.File && then.Problem is null && now.Size == old.Size
            && now.Mtime is { } mtime && mtime == old.Mtime && IsOld(mtime, started)
            && (IgnoreCtime || (now.Ctime == old.Ctime && (now.Ctime is not { } ctime || IsOld(ctime, started))))
            && (IgnoreInode || now.Ino == old.Ino);
    }

    private static bool IsOld(UnixTime time, UnixTime started) => time.CompareTo(started with { Seconds = started.Seconds - Granularity }) < 0;
}
