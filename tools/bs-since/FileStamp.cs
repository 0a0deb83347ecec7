using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Since;

/// <summary>What tells one version of a file from the next.</summary>
internal readonly record struct FileStamp(long? Size, UnixTime? Mtime, UnixTime? Ctime, ulong? Ino)
{
    internal static FileStamp Of(EntryRecord entry) => new(entry.Size, entry.Mtime, entry.Ctime, entry.Ino);

    internal static FileStamp Of(in EntryGlance glance) => new(glance.Size, glance.Mtime, glance.Ctime, glance.Ino);
}
