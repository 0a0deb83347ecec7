namespace Backshift.Posix;

/// <summary>Paths that are too long for a system call (PATH_MAX, 4096 with the NUL): all but the last part is opened piece by piece.</summary>
public static class LongPath
{
    // PATH_MAX counts the NUL.
    private const int Limit = 4095;

    /// <summary>Opens a path that is short enough, from a directory or, for null, from the working directory.</summary>
    internal delegate UnixFile? Opening(UnixFile? directory, BytePath path, OpenFor how, out int errno);

    /// <summary>Finds a directory and the rest of <paramref name="path"/> from there, short enough for one call.</summary>
    /// <param name="path">Absolute, or relative to the working directory.</param>
    /// <param name="directory">Null for the working directory; the caller disposes of it.</param>
    /// <param name="start">Where in <paramref name="path"/> the rest begins.</param>
    /// <returns>0, or the error number.</returns>
    public static int TryShorten(ReadOnlySpan<byte> path, out UnixFile? directory, out int start) =>
        TryShorten(null, path, OpenFor.Directory, UnixFile.TryOpen, out directory, out start);

    /// <summary>As the other one, from a directory.</summary>
    /// <param name="from">Where a relative path starts, or null for the working directory.</param>
    /// <param name="path">The path.</param>
    /// <param name="how">How the directories on the way are opened.</param>
    /// <param name="open">Opens them.</param>
    /// <param name="directory">Null if the path is short enough as it is; the caller disposes of it.</param>
    /// <param name="start">Where in <paramref name="path"/> the rest begins.</param>
    /// <returns>0, or the error number.</returns>
    internal static int TryShorten(UnixFile? from, ReadOnlySpan<byte> path, OpenFor how, Opening open, out UnixFile? directory, out int start)
    {
        directory = null;
        start = 0;
        while (path.Length - start > Limit)
        {
            int slash = path.Slice(start, Limit).LastIndexOf((byte)'/');
            if (slash <= 0)
            {
                directory?.Dispose();
                directory = null;
                return Errno.ENAMETOOLONG;
            }

            UnixFile? next = open(directory ?? from, new BytePath(path.Slice(start, slash)), how, out int errno);
            directory?.Dispose();
            directory = next;
            if (next is null)
            {
                return errno;
            }

            // A rest that is nothing but slashes is empty, and no call takes that; with a slash it would be the root.
            start += slash;
            while (start < path.Length && path[start] == (byte)'/')
            {
                start++;
            }
        }

        return 0;
    }

    /// <summary>Asks for the status of a path of any length; never of what a link at its end points to.</summary>
    /// <param name="path">Absolute, or relative to the working directory.</param>
    /// <param name="directory">Where <paramref name="terminatedName"/> starts, for further calls; null for the working directory. The caller disposes of
    /// it.</param>
    /// <param name="terminatedName">The rest of the path from there with a NUL after it.</param>
    /// <param name="status">The status, if the call returns 0.</param>
    /// <returns>0, or the error number.</returns>
    public static int TryGetStatus(ReadOnlySpan<byte> path, out UnixFile? directory, out byte[] terminatedName, out FileStatus status)
    {
        int errno = TryShorten(path, out directory, out int start);
        terminatedName = new BytePath(path[start..]).Terminated();
        status = default;
        return errno != 0 ? errno : FileStatus.TryGet(directory, terminatedName, out status);
    }
}
