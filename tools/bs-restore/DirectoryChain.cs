using Backshift.Posix;

namespace Backshift.Tools.Restore;

/// <summary>
/// The open directories on the way to an entry. Each is opened by its name in the one above, and a symbolic link is never one, so everything lies below the
/// top whatever other programs rename. Neither the length of a path nor its depth is limited.
/// </summary>
internal sealed class DirectoryChain : IDisposable
{
    // Only to pass through a directory takes no right to read it.
    private const OpenFor Passing = OpenFor.Directory | OpenFor.Passage | OpenFor.NoFollow;
    private const int OpenLimit = 64;

    private readonly UnixFile top;
    private readonly Action<UnixFile, BytePath, bool>? entered;
    private readonly bool reads;
    private readonly List<DirectoryFrame> frames = [];
    private byte[] path = [];

    /// <param name="top">The directory in which all others lie; not closed with the chain.</param>
    /// <param name="entered">Is given each directory on entering it, with its path and whether it was just made.</param>
    /// <param name="reads">Whether directories are opened to be listed too, where that is allowed.</param>
    internal DirectoryChain(UnixFile top, Action<UnixFile, BytePath, bool>? entered = null, bool reads = false)
    {
        this.reads = reads;
        this.top = top;
        this.entered = entered;
    }

    /// <summary>The directory that was entered last, to be shared with other threads; null if it is the top.</summary>
    internal SharedDirectory? Place => frames.Count > 0 ? frames[^1].Place : null;

    /// <summary>Enters a directory.</summary>
    /// <param name="directory">Its path from the top; empty for the top itself.</param>
    /// <param name="make">Whether missing directories are made, for their owner alone.</param>
    /// <param name="errno">0, or the error number.</param>
    /// <param name="end">How much of the path leads to what failed.</param>
    /// <returns>The directory, valid until the next call. Null if it cannot be entered.</returns>
    internal UnixFile? TryEnter(ReadOnlySpan<byte> directory, bool make, out int errno, out int end)
    {
        if (frames.Count > 0 && frames[^1].Directory is { } same && directory.SequenceEqual(path))
        {
            (errno, end) = (0, 0);
            return same;
        }

        int common = directory.CommonPrefixLength(path);
        while (frames.Count > 0 && !(frames[^1].Length <= common && (frames[^1].Length == directory.Length || directory[frames[^1].Length] == (byte)'/')))
        {
            frames[^1].Leave();
            frames.RemoveAt(frames.Count - 1);
        }

        path = directory.ToArray();
        UnixFile? current = TryReopen(out errno, out end);
        while (current is not null && (frames.Count == 0 ? 0 : frames[^1].Length) < directory.Length)
        {
            int start = frames.Count == 0 ? 0 : frames[^1].Length + 1;
            int slash = directory[start..].IndexOf((byte)'/');
            end = slash < 0 ? directory.Length : start + slash;
            current = TryStep(current, new BytePath(directory[start..end]), end, make, out errno);
        }

        if (current is null)
        {
            // The frames say how far the path was walked.
            path = path[..(frames.Count == 0 ? 0 : frames[^1].Length)];
        }

        return current;
    }

    /// <summary>Takes a directory over that was opened in the one that was entered last: it need not be opened again to be entered.</summary>
    /// <param name="directory">The directory; open until it is left.</param>
    /// <param name="name">Its path from the top.</param>
    internal void Take(UnixFile directory, ReadOnlySpan<byte> name)
    {
        path = name.ToArray();
        Add(new DirectoryFrame(name.Length, directory));
    }

    public void Dispose() => frames.ForEach(static frame => frame.Leave());

    private UnixFile? TryStep(UnixFile parent, BytePath name, int end, bool make, out int errno)
    {
        bool made = false;
        UnixFile? next = TryOpen(parent, name, out errno);
        if (next is null && errno == Errno.ENOENT && make)
        {
            errno = DirectoryChanges.TryMakeDirectory(parent, name.Terminated(), FileModes.PrivateDirectory);
            made = errno == 0;
            next = errno is 0 or Errno.EEXIST ? TryOpen(parent, name, out errno) : null;
        }

        if (next is null)
        {
            return null;
        }

        Add(new DirectoryFrame(end, next));
        entered?.Invoke(next, new BytePath(path.AsSpan(0, end)), made);
        return next;
    }

    /// <summary>The deepest directory, opened again from the top if it was closed on the way down.</summary>
    private UnixFile? TryReopen(out int errno, out int end)
    {
        (errno, end) = (0, 0);
        if (frames.Count == 0)
        {
            return top;
        }

        DirectoryFrame frame = frames[^1];
        if (frame.Directory is not null)
        {
            return frame.Directory;
        }

        end = frame.Length;
        UnixFile? again = TryOpen(top, new BytePath(path.AsSpan(0, end)), out errno);
        if (again is not null && !frame.TryReopen(again))
        {
            // Another program has put another directory in its place.
            errno = Errno.ESTALE;
        }

        return frame.Directory;
    }

    private UnixFile? TryOpen(UnixFile parent, BytePath name, out int errno)
    {
        UnixFile? open = UnixFile.TryOpenBeneath(parent, name, reads ? Passing & ~OpenFor.Passage : Passing, out errno);
        return open is null && reads && errno == Errno.EACCES ? UnixFile.TryOpenBeneath(parent, name, Passing, out errno) : open;
    }

    private void Add(DirectoryFrame frame)
    {
        frames.Add(frame);
        if (frames.Count > OpenLimit)
        {
            frames[^(OpenLimit + 1)].Close();
        }
    }
}
