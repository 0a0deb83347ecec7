using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Trees;

namespace Backshift.Tools.Restore;

/// <summary>Compares files that are there with saved ones, by the digests of their chunks, without reading the repository's.</summary>
internal sealed class ExistingFiles : IDisposable
{
    // Files that were changed this long before the save may have been changed again in the same tick; bs-since(1).
    private const int Granularity = 2;
    private const int CoarseGranularity = 60;

    private readonly RepositoryReader reader;
    private readonly DirectoryChain places;
    private byte[] buffer = new byte[64 << 10];

    /// <param name="top">The directory in which they are; not closed.</param>
    /// <param name="reader">Reads lists of chunks; not closed.</param>
    internal ExistingFiles(UnixFile top, RepositoryReader reader)
    {
        this.reader = reader;
        places = new DirectoryChain(top);
    }

    /// <summary>Opens the file of an entry; null, and the error number, if there is none.</summary>
    internal UnixFile? TryOpen(EntryRecord entry, out FileStatus status, out int errno)
    {
        status = default;
        UnixFile? parent = places.TryEnter(entry.Path.Parent.Span, make: false, out errno, out _);
        return parent is null ? null : TryOpen(parent, entry, out status, out errno);
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

    /// <summary>Whether an open file has the saved content.</summary>
    /// <exception cref="BackshiftException">A list of chunks is damaged.</exception>
    /// <exception cref="UnixException">The file cannot be read.</exception>
    internal bool HasContent(UnixFile file, in FileStatus status, StoredEntry saved, CancellationToken cancel)
    {
        long size = saved.Entry.Size ?? status.Size;
        long at = 0;
        if (status.Size != size)
        {
            return false;
        }

        foreach (ContentPart part in reader.Parts(saved))
        {
            cancel.ThrowIfCancellationRequested();
            if (!(part.Digest is { } digest ? HasChunk(file, at, digest, part.Size, size) : IsZero(file, at, Math.Min(at + part.Size, size), cancel)))
            {
                return false;
            }

            at += part.Size;
        }

        return at == size;
    }

    public void Dispose() => places.Dispose();

    private bool HasChunk(UnixFile file, long at, Digest digest, long length, long size)
    {
        if (length > size - at || length > StreamLimits.Content)
        {
            return false;
        }

        if (buffer.Length < length)
        {
            buffer = new byte[length];
        }

        Span<byte> chunk = buffer.AsSpan(0, (int)length);
        return file.ReadAt(chunk, at) == length && reader.Directory.Config.Naming.Of(chunk) == digest;
    }

    private bool IsZero(UnixFile file, long start, long end, CancellationToken cancel)
    {
        for (long at = file.FindData(start, end); at < end; at = file.FindData(at, end))
        {
            cancel.ThrowIfCancellationRequested();
            Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at));
            int count = file.ReadAt(piece, at);
            if (count == 0 || piece[..count].ContainsAnyExcept((byte)0))
            {
                return false;
            }

            at += count;
        }

        return true;
    }
}
