using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Since;

/// <summary>What tells one version of a file from the next, and the inode flags of which bs-walk knows.</summary>
internal readonly record struct FileStamp(long? Size, UnixTime? Mtime, UnixTime? Ctime, ulong? Ino, uint? Flags)
{
    /// <summary>
    /// The flags of the file, going by an earlier entry of it. Only who opens it can tell them all, and nobody does; but they do not change without the ctime.
    /// </summary>
    internal uint? FlagsSince(EntryRecord then) => Ctime is not null && Ctime == then.Ctime ? then.Flags : Flags;

    internal static FileStamp Of(EntryRecord entry) => new(entry.Size, entry.Mtime, entry.Ctime, entry.Ino, entry.Flags);

    internal static FileStamp Of(in EntryGlance glance) => new(glance.Size, glance.Mtime, glance.Ctime, glance.Ino, glance.Flags);
}
