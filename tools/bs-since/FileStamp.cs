using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Since;

/// <summary>The attributes that distinguish one version of a file from the next, and the inode flags that bs-walk knows.</summary>
internal readonly record struct FileStamp(long? Size, UnixTime? Mtime, UnixTime? Ctime, ulong? Ino, uint? Flags)
{
    /// <summary>
    /// The flags of the file, going by an earlier entry of it. Not all of them can be read without opening the file, which is not done here; but they do not
    /// change without the ctime.
    /// </summary>
    internal uint? FlagsSince(EntryRecord then) => Ctime is not null && Ctime == then.Ctime ? then.Flags : Flags;

    internal static FileStamp Of(EntryRecord entry) => new(entry.Size, entry.Mtime, entry.Ctime, entry.Ino, entry.Flags);

    internal static FileStamp Of(in EntryGlance glance) => new(glance.Size, glance.Mtime, glance.Ctime, glance.Ino, glance.Flags);
}
