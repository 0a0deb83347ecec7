namespace Backshift.Posix;

public sealed unsafe partial class HeldDirectory
{
    /// <summary>Creates a file that must not exist yet, for reading and writing, with <see cref="FileMode"/>.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public UnixFile Create(BytePath path)
    {
        using UnixFile parent = OpenParent(path, "open");
        UnixFile file = UnixFile.Create(parent, new BytePath(path.Name), Path.Join(path));

        // A file system without modes refuses this; what it shows for a mode is then decided where it was mounted.
        _ = Libc.ChangeMode(file.Number, FileMode);
        return file;
    }

    /// <summary>Creates a file that must not exist yet and takes its name away at once: scratch space that goes with the process.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public UnixFile CreateUnnamed(BytePath path)
    {
        using UnixFile parent = OpenParent(path, "open");
        BytePath name = new(path.Name);
        UnixFile file = UnixFile.Create(parent, name, Path.Join(path));
        int errno = TryDelete(parent, name);
        if (errno != 0)
        {
            file.Dispose();
            throw new UnixException(errno, "unlink", Path.Join(path).ToString());
        }

        return file;
    }

    /// <summary>Removes a name.</summary>
    /// <returns>0, or the error number.</returns>
    public int TryDelete(BytePath path)
    {
        using UnixFile? parent = TryOpenParent(path, out int errno);
        return parent is null ? errno : TryDelete(parent, new BytePath(path.Name));
    }

    /// <summary>Makes a directory and those above it that are missing, with <see cref="DirectoryMode"/>, and makes their names durable.</summary>
    /// <exception cref="UnixException">The system refused, or there is something else.</exception>
    public void EnsureDirectory(BytePath path)
    {
        if (path.IsEmpty)
        {
            return;
        }

        using (UnixFile? there = TryOpen(path, OpenFor.Directory | OpenFor.Passage, out int errno))
        {
            if (there is not null)
            {
                return;
            }

            if (errno != Errno.ENOENT)
            {
                throw new UnixException(errno, "mkdir", Path.Join(path).ToString());
            }
        }

        EnsureDirectory(path.Parent);
        using (UnixFile parent = OpenParent(path, "mkdir"))
        {
            fixed (byte* name = new BytePath(path.Name).Terminated())
            {
                if (Libc.MakeDirectoryAt(parent.Number, name, DirectoryMode) == 0)
                {
                    ApplyDirectoryMode(path);
                }
                else if (Errno.Last != Errno.EEXIST)
                {
                    Errno.Throw("mkdir", Path.Join(path));
                }
            }
        }

        SyncDirectory(path.Parent);
    }

    /// <summary>Makes the names in a directory durable.</summary>
    /// <param name="path">The path from here; empty for this directory.</param>
    /// <exception cref="UnixException">The system refused.</exception>
    public void SyncDirectory(BytePath path)
    {
        using UnixFile synced = TryOpen(path, OpenFor.Directory, out int errno) ?? throw new UnixException(errno, "open", Path.Join(path).ToString());

        // File systems that have no such call for directories (FUSE, SMB) make names durable as they see fit; there is nothing more to be had of them.
        if (Libc.Fsync(synced.Number) != 0 && Errno.Last is not (Errno.EINVAL or Errno.EBADF or Errno.EOPNOTSUPP or Errno.ENOSYS))
        {
            Errno.Throw("fsync", synced.Path);
        }
    }

    /// <summary>Whether a file gets a name only if that is free; false once a rename had to do without.</summary>
    public bool IsRenameExclusive { get; private set; } = true;

    /// <summary>Gives a file of ours the name <paramref name="to"/> if that is free.</summary>
    /// <param name="from">Its name.</param>
    /// <param name="to">Its new name, in a directory that exists.</param>
    /// <param name="file">The file itself, open: an answer that was lost on the way back from a server is distinguished from a name that is taken by its
    /// inode.</param>
    /// <returns>False if the name is taken.</returns>
    /// <exception cref="UnixException">The system refused.</exception>
    internal bool TryRename(BytePath from, BytePath to, UnixFile file)
    {
        using UnixFile oldParent = OpenParent(from, "rename");
        using UnixFile newParent = OpenParent(to, "rename");
        fixed (byte* old = new BytePath(from.Name).Terminated())
        fixed (byte* name = new BytePath(to.Name).Terminated())
        {
            int errno = Libc.RenameAt2(oldParent.Number, old, newParent.Number, name, Libc.RENAME_NOREPLACE) == 0 ? 0 : Errno.Last;
            if (errno is Errno.EINVAL or Errno.ENOSYS or Errno.EOPNOTSUPP)
            {
                errno = RenameWithoutFlag(oldParent, old, newParent, name);
            }

            // A client of NFS that has no answer asks again, and may then be told that what it did itself is in its way, or that the old name is gone.
            bool isOurs = errno is Errno.EEXIST or Errno.ENOENT && FileStatus.TryGet(newParent, new BytePath(to.Name).Terminated(), out FileStatus status) == 0
                && status.IsSameFile(FileStatus.Of(file));
            if (isOurs)
            {
                _ = TryDelete(oldParent, new BytePath(from.Name));
            }

            return errno == 0 || isOurs || (errno == Errno.EEXIST ? false : throw new UnixException(errno, "rename", Path.Join(to).ToString()));
        }
    }

    /// <summary>Exchanges two files in one step.</summary>
    /// <param name="one">The name of one.</param>
    /// <param name="other">The name of the other.</param>
    /// <returns>False if one of them is gone, or the file system cannot do it.</returns>
    /// <exception cref="UnixException">The system refused.</exception>
    internal bool TryExchange(BytePath one, BytePath other)
    {
        using UnixFile oneParent = OpenParent(one, "rename");
        using UnixFile otherParent = OpenParent(other, "rename");
        fixed (byte* from = new BytePath(one.Name).Terminated())
        fixed (byte* to = new BytePath(other.Name).Terminated())
        {
            return Libc.RenameAt2(oneParent.Number, from, otherParent.Number, to, Libc.RENAME_EXCHANGE) == 0
                || (Errno.Last is Errno.ENOENT or Errno.EINVAL or Errno.ENOSYS or Errno.EOPNOTSUPP ? false
                    : throw new UnixException(Errno.Last, "rename", Path.Join(other).ToString()));
        }
    }

    /// <summary>A hard link is exclusive where the flag is unknown. Where there are no links either, look and rename: two writers who choose one name in the
    /// same instant are not told apart.</summary>
    private int RenameWithoutFlag(UnixFile oldParent, byte* old, UnixFile newParent, byte* name)
    {
        if (Libc.LinkAt(oldParent.Number, old, newParent.Number, name, 0) == 0)
        {
            // If this fails, a second name remains in tmp.
            _ = Libc.UnlinkAt(oldParent.Number, old, 0);
            return 0;
        }

        int errno = Errno.Last;
        if (errno is not (Errno.EPERM or Errno.EOPNOTSUPP or Errno.ENOSYS or Errno.EINVAL or Errno.EMLINK))
        {
            return errno;
        }

        StatxBuffer buffer;
        if (Libc.Statx(newParent.Number, name, Libc.AT_SYMLINK_NOFOLLOW, StatxBuffer.BasicStats, &buffer) == 0)
        {
            return Errno.EEXIST;
        }

        IsRenameExclusive = false;
        return Errno.Last != Errno.ENOENT ? Errno.Last : Libc.RenameAt(oldParent.Number, old, newParent.Number, name) == 0 ? 0 : Errno.Last;
    }

    // mkdir(2) leaves out the bits of the umask, and the one that hands the group down.
    private void ApplyDirectoryMode(BytePath path)
    {
        using UnixFile? made = TryOpen(path, OpenFor.Directory, out _);
        _ = made is null ? 0 : Libc.ChangeMode(made.Number, DirectoryMode);
    }

    private UnixFile OpenParent(BytePath path, string call) =>
        TryOpenParent(path, out int errno) ?? throw new UnixException(errno, call, Path.Join(path).ToString());

    private static int TryDelete(UnixFile parent, BytePath name)
    {
        fixed (byte* path = name.Terminated())
        {
            return Libc.UnlinkAt(parent.Number, path, 0) == 0 ? 0 : Errno.Last;
        }
    }
}
