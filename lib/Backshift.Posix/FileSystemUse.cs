namespace Backshift.Posix;

/// <summary>How much of a file system is in use.</summary>
/// <param name="Bytes">Space, in bytes.</param>
/// <param name="Inodes">Number of inodes, or null where the file system does not count them.</param>
public readonly record struct FileSystemUse(long Bytes, long? Inodes)
{
    /// <summary>Asks the file system on which <paramref name="path"/> lies, statvfs(3); null where it does not say.</summary>
    public static unsafe FileSystemUse? Of(BytePath path)
    {
        Libc.FileSystemBuffer buffer;
        fixed (byte* name = path.Terminated())
        {
            if (Libc.FileSystemStatus(name, &buffer) != 0 || buffer.Blocks == 0 || buffer.FreeBlocks > buffer.Blocks)
            {
                return null;
            }
        }

        UInt128 bytes = (UInt128)(buffer.Blocks - buffer.FreeBlocks) * buffer.FragmentSize;
        ulong inodes = buffer.Files - buffer.FreeFiles;
        return bytes > long.MaxValue ? null : new FileSystemUse((long)bytes, buffer.Files > 0 && inodes <= long.MaxValue ? (long)inodes : null);
    }
}
