using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Trees;

namespace Backshift.Tools.Restore;

/// <summary>Compares files that are there with saved ones, by the digests of their chunks, without reading the repository's.</summary>
internal sealed class ExistingFiles : IDisposable
{
    // Files that were changed this long before the save may have been changed again in the same tick; bs-since(1).
    private const int Granularity = 2;
    private const int CoarseGranularity = 60;

    private readonly DirectoryChain places;
    private SharedDirectory? shared;
    private byte[] sharedPath = [];

    /// <param name="top">The directory in which they are; not closed.</param>
    internal ExistingFiles(UnixFile top) => places = new DirectoryChain(top);

    /// <summary>Opens the file of an entry; null, and the error number, if there is none.</summary>
    internal UnixFile? TryOpen(EntryRecord entry, out FileStatus status, out int errno)
    {
        status = default;
        UnixFile? parent = places.TryEnter(entry.Path.Parent.Span, make: false, out errno, out _);
        return parent is null ? null : TryOpen(parent, entry, out status, out errno);
    }

    /// <summary>The directory of an entry, for other threads to open its file in. The caller gives it back.</summary>
    /// <returns>Null if that cannot be done now.</returns>
    internal SharedDirectory? TryShareParent(EntryRecord entry)
    {
        ReadOnlySpan<byte> path = entry.Path.Span;
        path = path[..Math.Max(path.LastIndexOf((byte)'/'), 0)];
        if (shared is null || !path.SequenceEqual(sharedPath))
        {
            shared?.GiveBack();
            shared = places.TryEnter(path, make: false, out _, out _) is { } parent ? SharedDirectory.TryOpen(parent) : null;
            sharedPath = path.ToArray();
        }

        return shared?.Share();
    }

    /// <summary>Opens the file of an entry in its directory; null, and the error number, if there is none. Nothing else is opened: to open a device may have
    /// an effect.</summary>
    internal static UnixFile? TryOpen(UnixFile parent, EntryRecord entry, out FileStatus status, out int errno)
    {
        BytePath name = new(entry.Path.Name);
        errno = FileStatus.TryGet(parent, name.Terminated(), out status);
        if (errno != 0 || status.Kind != FileKind.Regular)
        {
            errno = errno != 0 ? errno : Errno.EEXIST;
            return null;
        }

        UnixFile? file = UnixFile.TryOpen(parent, name, OpenFor.NoFollow | OpenFor.NoBlocking, out errno);
        if (file is not null)
        {
            FileStatus opened = FileStatus.Of(file);
            errno = opened.IsSameFile(status) ? 0 : Errno.ESTALE;
            status = opened;
        }

        if (errno != 0)
        {
            file?.Dispose();
            return null;
        }

        return file;
    }

    /// <summary>Whether an unchanged inode proves that the content is the saved one, as for bs-since(1).</summary>
    internal static bool IsUntouched(StoredEntry saved, in FileStatus now, UnixTime started)
    {
        EntryRecord entry = saved.Entry;
        int margin = now.Ctime.Nanoseconds == 0 ? CoarseGranularity : Granularity;
        return saved.Problem is null && entry.Size == now.Size && entry.Mtime == now.Mtime && entry.Ctime == now.Ctime && entry.Ino == now.Ino
            && now.Ctime.CompareTo(started with { Seconds = started.Seconds - margin }) < 0;
    }

    public void Dispose()
    {
        shared?.GiveBack();
        shared = null;
        places.Dispose();
    }
}
