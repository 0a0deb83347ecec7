using Backshift.Posix;

namespace Backshift.Tools.Walk;

internal sealed partial class TreeWalk
{
    /// <summary>Reads a directory before its entry is written: its names may say that it is a repository, which is left out whole.</summary>
    private void Enter(UnixFile? parent, ReadOnlySpan<byte> name, int length, in FileStatus status)
    {
        UnixFile? file = UnixFile.TryOpen(parent, new BytePath(name[..^1]), OpenFor.Directory | OpenFor.NoFollow, out int errno);
        if (file is null)
        {
            Write(length, At(parent, name, length), in status, null);
            output.Report(Shown(length), errno, marks: true);
            return;
        }

        if (depth == frames.Count)
        {
            frames.Add(new DirectoryFrame());
        }

        DirectoryFrame frame = frames[depth];
        UnixException? trouble = null;
        try
        {
            frame.Load(file, in status, length, listing);
        }
        catch (UnixException e)
        {
            trouble = e;
        }

        if (frame.Contains(Markers.CacheTag))
        {
            if (frame.Contains(Markers.Repository) && Markers.IsRepository(file))
            {
                output.Note($"{Shown(length)}: a Backshift repository, left out");
                output.LeftOut++;
                Close(frame);
                return;
            }

            if (options.ExcludeCaches && Markers.IsCache(file))
            {
                frame.KeepOnly(Markers.CacheTag);
                output.LeftOut++;
            }
        }

        Write(length, At(parent, name, length), in status, null, flags.Read(file, in status));
        if (trouble is not null)
        {
            output.Report(Shown(length), trouble.Errno, marks: true);
        }

        if (frame.IsEmpty)
        {
            Close(frame);
            return;
        }

        depth++;
        if (depth - firstOpen > MaxOpen)
        {
            Close(frames[firstOpen++]);
        }
    }

    /// <summary>Goes back to the directory above, whose descriptor may have been given up on the way down.</summary>
    private void Leave()
    {
        DirectoryFrame child = frames[--depth];
        while (depth > 0 && firstOpen >= depth)
        {
            DirectoryFrame parent = frames[depth - 1];
            parent.File = Reopen(child.File, parent);
            firstOpen = depth - 1;
            if (parent.File is not null)
            {
                break;
            }

            output.Report(Shown(parent.PathLength), 0, "was moved while it was walked; the rest of it is left out");
            Close(child);
            child = parent;
            depth--;
        }

        Close(child);
        firstOpen = Math.Min(firstOpen, depth);
    }

    /// <summary>Opens a directory again, from the one below it or else by its path, and makes sure that it is the same.</summary>
    private UnixFile? Reopen(UnixFile? child, DirectoryFrame parent)
    {
        UnixFile? above = child is null ? null : UnixFile.TryOpen(child, new BytePath(".."u8), OpenFor.Directory | OpenFor.NoFollow, out _);
        if (IsSame(above, parent))
        {
            return above;
        }

        above?.Dispose();
        // The root as the user named it; from there on a link was no directory when it was walked.
        DirectoryFrame root = frames[0];
        using UnixFile? start = UnixFile.TryOpenLong(Shown(root.PathLength), OpenFor.Directory | OpenFor.NoFollow, out _);
        if (start is null)
        {
            return null;
        }

        int below = root.PathLength == 0 ? 0 : root.PathLength + 1;
        BytePath rest = parent.PathLength <= below ? BytePath.Of(".") : new BytePath(path.AsSpan(1 + below, parent.PathLength - below));
        UnixFile? again = UnixFile.TryOpenWithoutLinks(start, rest, OpenFor.Directory | OpenFor.NoFollow, out _);
        if (IsSame(again, parent))
        {
            return again;
        }

        again?.Dispose();
        return null;
    }

    private static bool IsSame(UnixFile? file, DirectoryFrame frame)
    {
        if (file is null)
        {
            return false;
        }

        try
        {
            FileStatus status = FileStatus.Of(file);
            return (status.Dev, status.Ino, status.Btime) == frame.Identity;
        }
        catch (UnixException)
        {
            // A server has lost it (ESTALE).
            return false;
        }
    }

    /// <summary>Whether an open directory has no name any more.</summary>
    private static bool IsRemoved(UnixFile directory)
    {
        try
        {
            return FileStatus.Of(directory).Nlink == 0;
        }
        catch (UnixException)
        {
            return true;
        }
    }

    private static void Close(DirectoryFrame frame)
    {
        frame.File?.Dispose();
        frame.File = null;
    }
}
