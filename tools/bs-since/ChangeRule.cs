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
    /// A file that was changed this many seconds before a base was begun may have been changed again, in the same tick of the file system's clock, after it was
    /// read. The coarsest ticks are those of FAT.
    /// </summary>
    internal const int Granularity = 2;

    /// <summary>
    /// The same for times without a fraction of a second. In ticks of a second or two (FAT, HFS+, ext3, servers of NFS and SMB) a second change is likely
    /// enough to hide, and where they are given by another machine its clock may be slower than ours.
    /// </summary>
    internal const int CoarseGranularity = 60;

    /// <summary>Whether the content of an earlier entry is that of the file now.</summary>
    /// <param name="now">The file.</param>
    /// <param name="then">The entry with its path in a base.</param>
    /// <param name="started">When the base was begun.</param>
    internal bool Holds(FileStamp now, StoredEntry then, UnixTime started)
    {
        // The device is not compared: its number depends on the order in which a machine finds its disks.
        EntryRecord old = then.Entry;
        if (old.Type != EntryType.File || then.Problem is not null || now.Size != old.Size || now.Mtime is not { } mtime || mtime != old.Mtime
            || (!IgnoreInode && now.Ino != old.Ino))
        {
            return false;
        }

        // An mtime may have been set, to a whole second too, as tar does; a ctime cannot, so it shows what the file system keeps.
        UnixTime? ctime = IgnoreCtime ? null : now.Ctime;
        int margin = (ctime ?? mtime).Nanoseconds == 0 ? CoarseGranularity : Granularity;
        return IsOld(mtime, started, margin) && (IgnoreCtime || (ctime == old.Ctime && (ctime is not { } changed || IsOld(changed, started, margin))));
    }

    private static bool IsOld(UnixTime time, UnixTime started, int margin) => time.CompareTo(started with { Seconds = started.Seconds - margin }) < 0;
}
