namespace Backshift.Posix;

public sealed unsafe partial class HeldDirectory
{
    /// <summary>Numbers of statfs(2) of file systems that are on this machine alone: ext2 to ext4, XFS, Btrfs, ZFS, F2FS, bcachefs, JFS, NILFS, overlayfs,
    /// tmpfs, ramfs.</summary>
    private static readonly long[] LocalTypes =
        [0xEF53, 0x58465342, 0x9123683E, 0x2FC12FC1, 0xF2F52010, 0xCA451A4E, 0x3153464A, 0x3434, 0x794C7630, 0x01021994, 0x858458F6];

    /// <summary>
    /// Whether the directory lies on a file system of this machine: what one process does there every other one sees at once, and locks hold for all. Of
    /// network and FUSE file systems, and of those that are not known here, that is not sure.
    /// </summary>
    public bool IsLocal
    {
        get
        {
            Libc.FileSystemKindBuffer buffer;
            return Libc.FileSystemKind(directory.Number, &buffer) == 0 && LocalTypes.Contains(buffer.Type);
        }
    }
}
