using Backshift.Posix;

namespace Backshift.Tools.Restore;

/// <summary>Deletes a directory with everything in it, without recursion, and without leaving its file system.</summary>
internal sealed class TreeRemoval
{
    private readonly RestoreReport report;

    internal TreeRemoval(RestoreReport report) => this.report = report;

    /// <summary>Deletes a directory. If something in it cannot be deleted that is reported, and it and the rest stay.</summary>
    /// <param name="parent">Where it lies.</param>
    /// <param name="terminatedName">Its name.</param>
    /// <param name="path">Its path, for messages.</param>
    internal bool TryRemove(UnixFile parent, byte[] terminatedName, BytePath path)
    {
        BytePath start = new(terminatedName.AsSpan(0, terminatedName.Length - 1));
        ulong device = FileStatus.Of(parent).Dev;
        using DirectoryChain chain = new(parent);
        BytePath current = start;
        while (true)
        {
            UnixFile? place = chain.TryEnter(current.Span, make: false, out int errno, out _);
            if (place is null)
            {
                return Fail(path, start, current, errno, "open");
            }

            if (FileStatus.Of(place).Dev != device)
            {
                return Fail(path, start, current, Errno.EBUSY, "rmdir");
            }

            if (!TryEmpty(place, path, start, current, out BytePath? below))
            {
                return false;
            }

            if (below is { } deeper)
            {
                current = current.Join(deeper);
                continue;
            }

            UnixFile? above = chain.TryEnter(current.Parent.Span, make: false, out errno, out _);
            errno = above is null ? errno : DirectoryChanges.TryDelete(above, new BytePath(current.Name).Terminated(), isDirectory: true);
            if (errno is not (0 or Errno.ENOENT))
            {
                return Fail(path, start, current, errno, "rmdir");
            }

            if (current == start)
            {
                return true;
            }

            current = current.Parent;
        }
    }

    /// <summary>Deletes what is no directory, up to the first one that is.</summary>
    private bool TryEmpty(UnixFile place, BytePath path, BytePath start, BytePath current, out BytePath? below)
    {
        below = null;
        UnixFile? listed = UnixFile.TryOpen(place, new BytePath("."u8), OpenFor.Directory, out int errno);
        if (listed is null)
        {
            return Fail(path, start, current, errno, "open");
        }

        try
        {
            return TryEmpty(place, listed, path, start, current, out below);
        }
        catch (UnixException e)
        {
            // One that another program has deleted meanwhile is empty.
            return e.Errno == Errno.ENOENT || Fail(path, start, current, e.Errno, "getdents64");
        }
    }

    private bool TryEmpty(UnixFile place, UnixFile listed, BytePath path, BytePath start, BytePath current, out BytePath? below)
    {
        below = null;
        int errno;
        using DirectoryReader reader = new(listed);
        while (reader.TryRead(out ReadOnlySpan<byte> name, out FileKind kind))
        {
            BytePath entry = new(name);
            errno = kind == FileKind.Directory ? Errno.EISDIR : DirectoryChanges.TryDelete(place, entry.Terminated());
            if (errno == Errno.EISDIR)
            {
                below = entry;
                return true;
            }

            if (errno is not (0 or Errno.ENOENT))
            {
                return Fail(path, start, current.Join(entry), errno, "unlink");
            }
        }

        return true;
    }

    /// <param name="path">The whole path of what was to be deleted.</param>
    /// <param name="start">Its name, with which <paramref name="at"/> begins.</param>
    /// <param name="at">What could not be deleted.</param>
    /// <param name="errno">Why.</param>
    /// <param name="call">The call that failed.</param>
    private bool Fail(BytePath path, BytePath start, BytePath at, int errno, string call)
    {
        BytePath whole = at.Length == start.Length ? path : path.Join(at.Span[(start.Length + 1)..]);
        report.Problem($"{new UnixException(errno, call, whole.ToString()).Message}; not deleted");
        return false;
    }
}
