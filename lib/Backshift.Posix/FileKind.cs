namespace Backshift.Posix;

/// <summary>What an inode is, inode(7); the numbers are the S_IFMT bits shifted down by twelve, which are those of d_type too.</summary>
public enum FileKind
{
    Unknown = 0,
    Fifo = 1,
    CharacterDevice = 2,
    Directory = 4,
    BlockDevice = 6,
    Regular = 8,
    SymbolicLink = 10,
    Socket = 12,
}
