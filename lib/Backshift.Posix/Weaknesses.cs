namespace Backshift.Posix;

/// <summary>Features that a file system lacks.</summary>
[Flags]
public enum Weaknesses
{
    None = 0,

    /// <summary>Neither RENAME_NOREPLACE nor hard links: whether a name is free can only be looked at before it is taken.</summary>
    NoExclusiveRename = 1,

    /// <summary>No flock(2).</summary>
    NoLocks = 2,

    /// <summary>fsync(2) of a directory is refused.</summary>
    NoDirectorySync = 4,

    /// <summary>A file does not get the mode that was asked for.</summary>
    NoModes = 8,
}
