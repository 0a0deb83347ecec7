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

    private readonly UnixFile top;
    private readonly DirectoryChain places;
    private readonly Action<BytePath>? foundClean;
    private readonly byte[] buffer = new byte[32 << 10];
    private SharedDirectory? sharedTop;

    /// <param name="top">The directory in which they are; not closed.</param>
    /// <param name="foundClean">Is given each directory that was listed and has nothing that a killed restore may have left.</param>
    internal ExistingFiles(UnixFile top, Action<BytePath>? foundClean = null)
    {
        this.top = top;
        this.foundClean = foundClean;
        places = new DirectoryChain(top, reads: true);
    }

    /// <summary>Opens the file of an entry; null, and the error number, if there is none.</summary>
    internal UnixFile? TryOpen(EntryRecord entry, out FileStatus status, out int errno)
    {
        status = default;
        UnixFile? parent = places.TryEnter(entry.Path.Parent.Span, make: false, out errno, out _);
        return parent is null ? null : TryOpen(parent, entry, out status, out errno);
    }

    /// <summary>The directory of an entry, for other threads to open its file in. The caller gives it back.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="changes">How much the restore has changed so far.</param>
    /// <param name="mayOpen">Whether a listing says that what has the name may be opened.</param>
    /// <returns>Null if that cannot be done now.</returns>
    internal SharedDirectory? TryShareParent(EntryRecord entry, long changes, out bool mayOpen)
    {
        mayOpen = false;
        ReadOnlySpan<byte> path = entry.Path.Span, name = entry.Path.Name;
        path = path[..Math.Max(path.Length - name.Length - 1, 0)];
        if (places.TryEnter(path, make: false, out _, out _) is null)
        {
            return null;
        }

        SharedDirectory? place = path.IsEmpty ? sharedTop ??= SharedDirectory.TryOpen(top) : places.Place;
        if (place is null)
        {
            return null;
        }

        if (place.Names is null)
        {
            place.Names = ListedNames.Of(place.Directory, buffer, changes);
            if (place.Names.IsClean)
            {
                foundClean?.Invoke(path.IsEmpty ? new BytePath("."u8) : new BytePath(path));
            }
        }

        mayOpen = place.Names.MayOpen(name, changes);
        return place.Share();
    }

    /// <summary>Opens the file of an entry in its directory; null, and the error number, if there is none. Nothing else is opened: to open a device may have
    /// an effect.</summary>
    /// <param name="parent">The directory.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="status">The file as it was when it was opened.</param>
    /// <param name="errno">0, or the error number.</param>
    /// <param name="mayOpen">Whether it is known not to be something else.</param>
    internal static UnixFile? TryOpen(UnixFile parent, EntryRecord entry, out FileStatus status, out int errno, bool mayOpen = false)
    {
        BytePath name = new(entry.Path.Name);
        status = default;
        if (!mayOpen)
        {
            errno = FileStatus.TryGet(parent, name.Terminated(), out status);
            if (errno != 0 || status.Kind != FileKind.Regular)
            {
                errno = errno != 0 ? errno : Errno.EEXIST;
                return null;
            }
        }

        UnixFile? file = UnixFile.TryOpen(parent, name, OpenFor.NoFollow | OpenFor.NoBlocking, out errno);
        if (file is not null)
        {
            FileStatus opened = FileStatus.Of(file);
            errno = opened.Kind == FileKind.Regular && (mayOpen || opened.IsSameFile(status)) ? 0 : Errno.ESTALE;
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
        sharedTop?.GiveBack();
        sharedTop = null;
        places.Dispose();
    }
}
