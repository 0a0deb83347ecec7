using System.Buffers;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Chunk;

/// <summary>
/// A file that was opened and found to be the one its entry means: a small one read whole and closed again, a larger one still open.
/// Or why it could not be had.
/// </summary>
internal sealed class FileReading : IDisposable
{
    /// <summary>
    /// The size up to which a file is read in one piece. Larger files stream through a window of this length: it stays in the processor's cache.
    /// </summary>
    internal const int Small = 256 << 10;

    private byte[]? buffer;

    private FileReading()
    {
    }

    /// <summary>Why the file cannot be stored, or null.</summary>
    internal string? Refusal { get; private init; }

    /// <summary>The error number that goes with <see cref="Refusal"/> or <see cref="Mark"/>, or 0.</summary>
    internal int Errno { get; private set; }

    /// <summary>The fault of content that is stored nevertheless, or null.</summary>
    internal string? Mark { get; private set; }

    /// <summary>The open file, if it is still to be read.</summary>
    internal UnixFile? File { get; private init; }

    /// <summary>The file as it was when it was opened.</summary>
    internal FileVersion Version { get; private init; }

    /// <summary>All inode flags of the file, of which statx(2) knows only some; null if it could not be opened.</summary>
    internal uint? Flags { get; private init; }

    /// <summary>Whether parts of the file take no space.</summary>
    internal bool IsSparse { get; private init; }

    /// <summary>With how many chunks of an earlier version <see cref="Content"/> begins; null where it is still to be read.</summary>
    internal int? Same { get; private set; }

    /// <summary>The content of a small file; valid until the reading is disposed.</summary>
    internal ReadOnlyMemory<byte> Content { get; private set; }

    /// <summary>Opens the file of <paramref name="entry"/> and reads it if it is small. May be called on any thread; whatever goes wrong is in the
    /// result.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="opener">Opens it.</param>
    /// <param name="naming">How the chunks of an earlier version are named.</param>
    internal static FileReading Of(EntryRecord entry, FileOpener opener, ChunkNaming naming)
    {
        UnixFile? file = null;
        bool keep = false;
        try
        {
            file = opener.Open(entry, out FileStatus status, out string? refusal, out int errno);
            if (file is null)
            {
                return IsMadeEmpty(entry, errno) ? new FileReading() : new FileReading { Refusal = refusal, Errno = errno };
            }

            bool sparse = status.Blocks * 512 < status.Size;
            FileReading reading = new() { Version = FileVersion.Of(status), Flags = opener.FlagsOf(file, in status), IsSparse = sparse,
                File = status.Size > Small || sparse ? file : null };
            if (reading.File is null)
            {
                reading = reading.ReadWhole(file, out keep);
                reading.Same = reading.File is null ? EarlierContent.CountSame(reading.Content.Span, entry.Earlier, naming) : null;
                return reading;
            }

            keep = true;
            file.AdviseSequential();
            file.AdviseWillNeed(0, 2 * Small);
            return reading;
        }
        catch (UnixException e)
        {
            return Refuse(e.Errno);
        }
        finally
        {
            if (!keep)
            {
                file?.Dispose();
            }
        }
    }

    /// <summary>Compares the file with what it was when it was opened, now that <paramref name="read"/> bytes of it have been read.</summary>
    internal static string? Compare(UnixFile file, FileVersion before, long read)
    {
        FileVersion after;
        try
        {
            after = FileVersion.Of(file);
        }
        catch (UnixException e)
        {
            // A network file system may lose the file after the last read (ESTALE); that affects only this file.
            return $"may have changed while it was read: {Posix.Errno.Describe(e.Errno)}";
        }

        return read < before.Size
            ? after.Size == read ? $"shrank from {before.Size} to {read} bytes while it was read" : $"ends after {read} of {before.Size} bytes"
            : after != before ? "changed while it was read" : null;
    }

    /// <summary>The message for a read that failed at <paramref name="offset"/>.</summary>
    internal static string ReadError(long offset, int errno) => $"read error at offset {offset}: {Posix.Errno.Describe(errno)}";

    public void Dispose()
    {
        File?.Dispose();
        if (buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = null;
            Content = default;
        }
    }

    private static FileReading Refuse(int errno) => new() { Refusal = Posix.Errno.Describe(errno), Errno = errno };

    /// <summary>An entry of size 0 has nothing to read: a file that we may not open can be stored all the same, one that is gone cannot.</summary>
    private static bool IsMadeEmpty(EntryRecord entry, int errno) => entry.Size == 0 && errno is Posix.Errno.EACCES or Posix.Errno.EPERM;

    /// <param name="file">The file.</param>
    /// <param name="keep">Whether the result holds the file open.</param>
    private FileReading ReadWhole(UnixFile file, out bool keep)
    {
        // Files of /proc have a content and no size, so one of size 0 is asked.
        int size = Version.Size == 0 ? Small : (int)Version.Size;
        keep = false;
        buffer = ArrayPool<byte>.Shared.Rent(size);
        int length = 0;
        int errno = 0;
        while (length < size)
        {
            int count = file.TryReadAt(buffer.AsSpan(length, size - length), length, out errno);
            if (count <= 0)
            {
                break;
            }

            length += count;
        }

        if (errno != 0 && length == 0)
        {
            Dispose();
            return Refuse(errno);
        }

        if (Version.Size == 0 && length == Small)
        {
            Dispose();
            keep = true;
            return new FileReading { Version = Version, Flags = Flags, File = file };
        }

        Errno = errno;
        Mark = errno != 0 ? ReadError(length, errno) : Compare(file, Version, length);
        Content = buffer.AsMemory(0, length);
        return this;
    }
}
