namespace Backshift.Posix;

/// <summary>Calls that change or read names, not contents.</summary>
public static unsafe class FileNames
{
    /// <summary>Makes a directory, and those above it that are missing (tried only after the first refusal); one that exists already is as good.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public static void MakeDirectory(BytePath path)
    {
        int errno = TryMakeDirectory(path);
        if (errno == Errno.ENOENT && !path.Parent.IsEmpty && path.Parent != path)
        {
            MakeDirectory(path.Parent);
            errno = TryMakeDirectory(path);
        }

        if (errno != 0 && errno != Errno.EEXIST)
        {
            throw new UnixException(errno, "mkdir", path.ToString());
        }
    }

    /// <summary>Removes a name that may be gone already.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public static void Delete(BytePath path)
    {
        fixed (byte* name = path.Terminated())
        {
            if (Libc.Unlink(name) != 0 && Errno.Last != Errno.ENOENT)
            {
                Errno.Throw("unlink", path);
            }
        }
    }

    /// <summary>Whether this process may run the file, or search the directory.</summary>
    public static bool MayExecute(BytePath path)
    {
        const int X_OK = 1, AT_EACCESS = 0x200;
        fixed (byte* name = path.Terminated())
        {
            return Libc.AccessAt(Libc.AT_FDCWD, name, X_OK, AT_EACCESS) == 0;
        }
    }

    /// <summary>The target of a symbolic link.</summary>
    /// <param name="directory">Where a relative path starts, or null for the working directory.</param>
    /// <param name="terminatedPath">The link with a NUL after it.</param>
    /// <param name="errno">0, or the error number.</param>
    /// <returns>The target, or null.</returns>
    public static byte[]? TryReadLink(UnixFile? directory, ReadOnlySpan<byte> terminatedPath, out int errno)
    {
        // A target is at most PATH_MAX long, so one call is enough on Linux; a full buffer would mean a cut target.
        const int PathMax = 4096;
        byte* buffer = stackalloc byte[PathMax + 1];
        fixed (byte* path = terminatedPath)
        {
            nint length = Libc.ReadLinkAt(directory?.Number ?? Libc.AT_FDCWD, path, buffer, PathMax + 1);
            errno = length < 0 ? Errno.Last : length > PathMax ? Errno.ENAMETOOLONG : 0;
            return errno == 0 ? new ReadOnlySpan<byte>(buffer, (int)length).ToArray() : null;
        }
    }

    private static int TryMakeDirectory(BytePath path)
    {
        fixed (byte* name = path.Terminated())
        {
            return Libc.MakeDirectory(name, 0x1FF) == 0 ? 0 : Errno.Last;
        }
    }
}
