namespace Backshift.Posix;

/// <summary>Flags for open(2), besides reading.</summary>
[Flags]
public enum OpenFor
{
    Reading = 0,

    /// <summary>Fail unless it is a directory.</summary>
    Directory = 1,

    /// <summary>Fail if the last component is a symbolic link.</summary>
    NoFollow = 2,

    /// <summary>Leave the access time alone; refused (EPERM) to those who neither own the file nor may override that.</summary>
    NoAccessTime = 4,

    /// <summary>Do not wait for the other end of a fifo or for a device.</summary>
    NoBlocking = 8,

    /// <summary>Only to start further paths from it; takes the right to search a directory, not to read it (O_PATH).</summary>
    Passage = 16,

    /// <summary>For writing as well as reading.</summary>
    Writing = 32,
}
