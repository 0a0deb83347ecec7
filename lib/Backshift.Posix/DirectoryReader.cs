using System.Buffers.Binary;

namespace Backshift.Posix;

/// <summary>The names in a directory, by getdents64(2), as bytes, in the order the file system gives; without "." and "..".</summary>
public sealed unsafe class DirectoryReader : IDisposable
{
    private readonly UnixFile directory;
    private readonly byte[] buffer;
    private int position;
    private int filled;

    /// <param name="directory">An open directory; closed with the reader.</param>
    /// <param name="buffer">Space to read into, for a caller that reads many directories one after the other; the reader owns it until it is done.</param>
    public DirectoryReader(UnixFile directory, byte[]? buffer = null)
    {
        this.directory = directory;
        this.buffer = buffer ?? new byte[32 << 10];
    }

    /// <summary>The next name; valid until the next call. False at the end.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public bool TryRead(out ReadOnlySpan<byte> name, out FileKind kind)
    {
        // struct linux_dirent64: d_ino 8, d_off 8, d_reclen 2, d_type 1, d_name up to a NUL
        const int LengthOffset = 16, TypeOffset = 18, NameOffset = 19;
        while (true)
        {
            if (position == filled)
            {
                fixed (byte* start = buffer)
                {
                    nint count = Libc.GetDirectoryEntries(directory.Number, start, (nuint)buffer.Length);
                    if (count < 0)
                    {
                        Errno.Throw("getdents64", directory.Path);
                    }

                    position = 0;
                    filled = (int)count;
                }

                if (filled == 0)
                {
                    name = default;
                    kind = FileKind.Unknown;
                    return false;
                }
            }

            ReadOnlySpan<byte> entry = buffer.AsSpan(position, filled - position);
            position += BinaryPrimitives.ReadUInt16LittleEndian(entry[LengthOffset..]);
            kind = (FileKind)entry[TypeOffset];
            name = entry[NameOffset..];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                return true;
            }
        }
    }

    /// <summary>All names of a directory, sorted by byte; null where there is no such directory.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public static List<BytePath>? TryList(BytePath path)
    {
        UnixFile? file = UnixFile.TryOpen(null, path, OpenFor.Directory, out int errno);
        if (file is null)
        {
            return errno == Errno.ENOENT ? null : throw new UnixException(errno, "open", path.ToString());
        }

        return ListAndClose(file);
    }

    /// <summary>All names of an open directory, sorted by byte; closes it.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    internal static List<BytePath> ListAndClose(UnixFile directory)
    {
        using DirectoryReader reader = new(directory);
        List<BytePath> names = [];
        while (reader.TryRead(out ReadOnlySpan<byte> name, out _))
        {
            names.Add(new BytePath(name));
        }

        names.Sort(static (left, right) => left.Span.SequenceCompareTo(right.Span));
        return names;
    }

    public void Dispose() => directory.Dispose();
}
