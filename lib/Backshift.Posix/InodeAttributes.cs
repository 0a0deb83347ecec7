namespace Backshift.Posix;

/// <summary>
/// Extended attributes (xattr(7)) of an inode that is open, to be read and changed; a descriptor that was opened only to pass (O_PATH) will do where /proc is
/// mounted. All calls return 0 or the error number. For use by one thread.
/// </summary>
public sealed unsafe class InodeAttributes
{
    // The kernel allocates as much as it is offered before it looks: most inodes have no attribute, most attributes are short.
    private const int Short = 256;

    private readonly byte[] names = new byte[AttributeReader.Longest];
    private readonly byte[] value = new byte[AttributeReader.Longest];

    /// <summary>Reads the names, each with a NUL after it; none where the file system has no attributes.</summary>
    /// <param name="file">The file.</param>
    /// <param name="found">The names; valid until the next call of this method.</param>
    public int TryList(UnixFile file, out ReadOnlySpan<byte> found)
    {
        int errno = TryList(file, Short, out int length);
        errno = errno == Errno.ERANGE ? TryList(file, names.Length, out length) : errno;
        found = errno == 0 ? names.AsSpan(0, length) : default;
        return errno is Errno.EOPNOTSUPP or Errno.ENOSYS ? 0 : errno;
    }

    /// <summary>Reads a value.</summary>
    /// <param name="file">The file.</param>
    /// <param name="terminatedName">The attribute's name with a NUL after it.</param>
    /// <param name="read">The value; valid until the next call of this method.</param>
    public int TryRead(UnixFile file, ReadOnlySpan<byte> terminatedName, out ReadOnlySpan<byte> read)
    {
        int errno = TryRead(file, terminatedName, Short, out int length);
        errno = errno == Errno.ERANGE ? TryRead(file, terminatedName, value.Length, out length) : errno;
        read = errno == 0 ? value.AsSpan(0, length) : default;
        return errno;
    }

    /// <summary>Sets a value.</summary>
    public static int TrySet(UnixFile file, ReadOnlySpan<byte> terminatedName, ReadOnlySpan<byte> value)
    {
        fixed (byte* name = terminatedName, bytes = value)
        {
            int failed = Libc.SetAttributeOf(file.Number, name, bytes, (nuint)value.Length, 0);
            if (failed != 0 && Errno.Last == Errno.EBADF)
            {
                fixed (byte* path = InodeChanges.ProcPath(file))
                {
                    failed = Libc.SetAttributeFollowing(path, name, bytes, (nuint)value.Length, 0);
                }
            }

            return failed == 0 ? 0 : Errno.Last;
        }
    }

    /// <summary>Removes an attribute; one that is not there is as good.</summary>
    public static int TryRemove(UnixFile file, ReadOnlySpan<byte> terminatedName)
    {
        fixed (byte* name = terminatedName)
        {
            int failed = Libc.RemoveAttributeOf(file.Number, name);
            if (failed != 0 && Errno.Last == Errno.EBADF)
            {
                fixed (byte* path = InodeChanges.ProcPath(file))
                {
                    failed = Libc.RemoveAttributeFollowing(path, name);
                }
            }

            return failed == 0 || Errno.Last == Errno.ENODATA ? 0 : Errno.Last;
        }
    }

    private int TryList(UnixFile file, int room, out int length)
    {
        fixed (byte* list = names)
        {
            length = (int)Libc.ListAttributesOf(file.Number, list, (nuint)room);
            if (length < 0 && Errno.Last == Errno.EBADF)
            {
                fixed (byte* path = InodeChanges.ProcPath(file))
                {
                    length = (int)Libc.ListAttributesFollowing(path, list, (nuint)room);
                }
            }

            return length < 0 ? Errno.Last : 0;
        }
    }

    private int TryRead(UnixFile file, ReadOnlySpan<byte> terminatedName, int room, out int length)
    {
        fixed (byte* name = terminatedName, to = value)
        {
            length = (int)Libc.GetAttributeOf(file.Number, name, to, (nuint)room);
            if (length < 0 && Errno.Last == Errno.EBADF)
            {
                fixed (byte* path = InodeChanges.ProcPath(file))
                {
                    length = (int)Libc.GetAttributeFollowing(path, name, to, (nuint)room);
                }
            }

            return length < 0 ? Errno.Last : 0;
        }
    }
}
