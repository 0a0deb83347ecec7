namespace Backshift.Tools.Diff;

/// <summary>In what two entries of one path differ. The names, in lower case, are those of bs-diff(1).</summary>
[Flags]
internal enum Aspects
{
    None = 0,

    /// <summary>One is a file, the other a directory, and the like. Nothing else is compared then.</summary>
    Type = 1,

    /// <summary>The bytes of a file, the target of a symbolic link, the numbers of a device.</summary>
    Content = 2,

    /// <summary>Permission bits with setuid, setgid and sticky.</summary>
    Mode = 4,

    /// <summary>Number of the user or of the group.</summary>
    Owner = 8,

    Mtime = 16,

    /// <summary>Extended attributes, access control lists among them.</summary>
    Xattrs = 32,

    /// <summary>Inode flags.</summary>
    Flags = 64,

    /// <summary>Of which other name it is a link.</summary>
    Links = 128,
}
