using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Tools.Walk;

/// <summary>
/// The two files that say what kind of directory they lie in. They are the only files that bs-walk opens, and only if they are regular. They count only if they
/// belong to the owner of the directory, to root or to the user who saves: a user who may write to a directory of others must not be able to keep their files
/// out of a save.
/// </summary>
internal static class Markers
{
    /// <summary>Marks a repository, backshift-repository(5).</summary>
    internal static ReadOnlySpan<byte> Repository => DirectoryMarks.TerminatedConfiguration;

    /// <summary>Marks a cache, https://bford.info/cachedir/.</summary>
    internal static ReadOnlySpan<byte> CacheTag => DirectoryMarks.TerminatedCacheTag;

    /// <summary>Whether the directory is a repository.</summary>
    /// <param name="directory">The directory.</param>
    internal static bool IsRepository(UnixFile directory) =>
        Counts(directory, CacheTag) && StartsWith(directory, Repository, ObjectHeader.Magic);

    /// <summary>Whether the directory has a cache tag with the right signature.</summary>
    internal static bool IsCache(UnixFile directory) => StartsWith(directory, CacheTag, DirectoryMarks.CacheSignature);

    private static bool StartsWith(UnixFile directory, ReadOnlySpan<byte> terminatedName, ReadOnlySpan<byte> signature)
    {
        if (!Counts(directory, terminatedName))
        {
            return false;
        }

        using UnixFile? file = UnixFile.TryOpen(directory, new BytePath(terminatedName[..^1]), OpenFor.NoFollow | OpenFor.NoBlocking, out _);
        if (file is null)
        {
            return false;
        }

        try
        {
            Span<byte> start = stackalloc byte[64];
            return file.ReadAt(start[..signature.Length], 0) == signature.Length && start.StartsWith(signature);
        }
        catch (UnixException)
        {
            // A marker that cannot be read marks nothing; the error is reported when its contents are read.
            return false;
        }
    }

    private static bool Counts(UnixFile directory, ReadOnlySpan<byte> terminatedName)
    {
        if (FileStatus.TryGet(directory, terminatedName, out FileStatus status) != 0 || status.Kind != FileKind.Regular)
        {
            return false;
        }

        try
        {
            return status.Uid == 0 || status.Uid == Machine.UserNumber || status.Uid == FileStatus.Of(directory).Uid;
        }
        catch (UnixException)
        {
            return false;
        }
    }
}
