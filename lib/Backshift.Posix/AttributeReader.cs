namespace Backshift.Posix;

/// <summary>
/// Reads extended attributes (xattr(7)), of the path itself and never of what a link at its end points to. What a file system does not have is none: one
/// without attributes answers at once, and so does the kernel for a FUSE file system that said once that it has none, so nothing is remembered here. For use by
/// one thread.
/// </summary>
public sealed unsafe class AttributeReader
{
    /// <summary>Longest value, and longest list of names with a NUL after each: XATTR_SIZE_MAX and XATTR_LIST_MAX, linux/limits.h.</summary>
    public const int Longest = 64 << 10;

    // The kernel allocates as much as it is offered before it looks: most inodes have no attribute, most attributes are short.
    private const int Short = 256;

    // A list or value that grows between two calls grows again only if another process keeps writing it.
    private const int Attempts = 8;

    private byte[] names = new byte[Short];
    private byte[] value = new byte[Short];
    private byte[] viaProc = [];

    /// <param name="relative">Whether to ask for calls that take a directory, where the kernel has them; else it is named by /proc/self/fd.</param>
    public AttributeReader(bool relative = true)
    {
        fixed (byte* here = "/\0"u8)
        {
            byte unused;
            IsRelative = relative && (Libc.ListAttributesAt(Libc.AT_FDCWD, here, &unused, 0) >= 0 || Errno.Last is not (Errno.ENOSYS or Errno.EPERM));
        }
    }

    /// <summary>
    /// Whether the kernel (6.13 and later) takes a directory and a name. Else the way leads through /proc, which works and takes three times as long: whoever
    /// knows a whole path does better to give that.
    /// </summary>
    public bool IsRelative { get; }

    /// <summary>Reads the names, each with a NUL after it, in the order of the file system.</summary>
    /// <param name="directory">Where a relative path starts, or null for the working directory.</param>
    /// <param name="terminatedPath">The path with a NUL after it.</param>
    /// <param name="found">The names; valid until the next call.</param>
    /// <returns>0, or the error number.</returns>
    public int TryList(UnixFile? directory, ReadOnlySpan<byte> terminatedPath, out ReadOnlySpan<byte> found)
    {
        fixed (byte* path = Reach(directory, terminatedPath))
        {
            int errno = Errno.ERANGE;
            int room = Short;
            for (int attempt = 0; errno == Errno.ERANGE && attempt < Attempts; attempt++)
            {
                nint length = List(directory, path, names.AsSpan(0, room));
                errno = length < 0 ? Errno.Last : 0;
                if (errno == 0)
                {
                    found = names.AsSpan(0, (int)length);
                    return 0;
                }

                if (errno == Errno.ERANGE)
                {
                    Grow(ref names, room, List(directory, path, []));
                    room = names.Length;
                }
            }

            found = default;
            return errno is Errno.EOPNOTSUPP or Errno.ENOSYS ? 0 : errno;
        }
    }

    /// <summary>Reads a value.</summary>
    /// <param name="directory">Where a relative path starts, or null for the working directory.</param>
    /// <param name="terminatedPath">The path with a NUL after it.</param>
    /// <param name="terminatedName">The attribute's name with a NUL after it.</param>
    /// <param name="read">The value; valid until the next call.</param>
    /// <returns>0, or the error number: <see cref="Errno.ENODATA"/> if the attribute went away.</returns>
    public int TryRead(UnixFile? directory, ReadOnlySpan<byte> terminatedPath, ReadOnlySpan<byte> terminatedName, out ReadOnlySpan<byte> read)
    {
        fixed (byte* path = Reach(directory, terminatedPath), name = terminatedName)
        {
            int errno = Errno.ERANGE;
            int room = Short;
            for (int attempt = 0; errno == Errno.ERANGE && attempt < Attempts; attempt++)
            {
                nint length = Get(directory, path, name, value.AsSpan(0, room));
                errno = length < 0 ? Errno.Last : 0;
                if (errno == 0)
                {
                    read = value.AsSpan(0, (int)length);
                    return 0;
                }

                if (errno == Errno.ERANGE)
                {
                    Grow(ref value, room, Get(directory, path, name, []));
                    room = value.Length;
                }
            }

            read = default;
            return errno;
        }
    }

    private nint List(UnixFile? directory, byte* path, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return IsRelative ? Libc.ListAttributesAt(directory?.Number ?? Libc.AT_FDCWD, path, start, (nuint)buffer.Length)
                : Libc.ListAttributes(path, start, (nuint)buffer.Length);
        }
    }

    private nint Get(UnixFile? directory, byte* path, byte* name, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return IsRelative
                ? Libc.GetAttributeAt(directory?.Number ?? Libc.AT_FDCWD, path, name, start, (uint)buffer.Length)
                : Libc.GetAttribute(path, name, start, (nuint)buffer.Length);
        }
    }

    private static void Grow(ref byte[] buffer, int tried, nint wanted)
    {
        if (tried == buffer.Length)
        {
            buffer = new byte[(int)Math.Clamp(Math.Max(wanted, tried * 2L), Short, Longest)];
        }
    }

    /// <summary>The path by which a call reaches an entry of a directory: itself, or through the directory's descriptor in /proc.</summary>
    private ReadOnlySpan<byte> Reach(UnixFile? directory, ReadOnlySpan<byte> terminatedPath)
    {
        if (IsRelative || directory is null)
        {
            return terminatedPath;
        }

        ReadOnlySpan<byte> folder = "/proc/self/fd/"u8;
        if (viaProc.Length < folder.Length + 12 + terminatedPath.Length)
        {
            viaProc = new byte[folder.Length + 12 + terminatedPath.Length];
        }

        folder.CopyTo(viaProc);
        _ = directory.Number.TryFormat(viaProc.AsSpan(folder.Length), out int digits);
        viaProc[folder.Length + digits] = (byte)'/';
        terminatedPath.CopyTo(viaProc.AsSpan(folder.Length + digits + 1));
        return viaProc;
    }
}
