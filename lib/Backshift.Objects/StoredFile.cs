using System.Buffers.Binary;
using Backshift.Posix;

namespace Backshift.Objects;

/// <summary>An object in a file.</summary>
internal sealed class StoredFile : IStoredObject
{
    private const int TimeSize = sizeof(long) + sizeof(uint);
    private const int VersionSize = sizeof(ulong) + sizeof(long) + (2 * TimeSize);

    private readonly UnixFile file;
    private readonly FileStatus status;
    private readonly bool isOwner;

    /// <param name="file">The file.</param>
    /// <param name="status">Its status.</param>
    /// <param name="isOwner">Whether it is closed with the object.</param>
    internal StoredFile(UnixFile file, in FileStatus status, bool isOwner)
    {
        this.file = file;
        this.isOwner = isOwner;
        this.status = status;
    }

    public BytePath Shown => file.Path;

    public long Length => status.Size;

    public UnixTime Received => status.Mtime;

    /// <summary>
    /// Inode, length and both times. An object that is mended keeps its mtime and gets another inode; what is written over in place keeps the inode and gets
    /// another ctime, which no program can set.
    /// </summary>
    public ReadOnlyMemory<byte> Version
    {
        get
        {
            byte[] version = new byte[VersionSize];
            BinaryPrimitives.WriteUInt64LittleEndian(version, status.Ino);
            BinaryPrimitives.WriteInt64LittleEndian(version.AsSpan(sizeof(ulong)), status.Size);
            Write(status.Mtime, version.AsSpan(sizeof(ulong) + sizeof(long)));
            Write(status.Ctime, version.AsSpan(sizeof(ulong) + sizeof(long) + TimeSize));
            return version;
        }
    }

    public int ReadAt(Span<byte> buffer, long offset)
    {
        try
        {
            return file.ReadAt(buffer, offset);
        }
        catch (UnixException e) when (StoreException.IsTrouble(e))
        {
            throw StoreException.Of(e);
        }
    }

    private static void Write(UnixTime time, Span<byte> target)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, time.Seconds);
        BinaryPrimitives.WriteUInt32LittleEndian(target[sizeof(long)..], time.Nanoseconds);
    }

    public void Dispose()
    {
        if (isOwner)
        {
            file.Dispose();
        }
    }
}
