namespace Backshift.Posix;

/// <summary>Permission bits, chmod(2).</summary>
public static class FileModes
{
    /// <summary>0600</summary>
    public const uint PrivateFile = 0x180;

    /// <summary>0077: leaves what is made to its owner alone.</summary>
    public const uint PrivateUmask = 0x3F;

    /// <summary>04000: a program runs as its owner.</summary>
    public const uint SetUser = 0x800;

    /// <summary>0700</summary>
    public const uint PrivateDirectory = 0x1C0;

    /// <summary>02000: what is made in a directory gets its group.</summary>
    public const uint SetGroup = 0x400;

    /// <summary>0020</summary>
    public const uint GroupWrite = 0x10;

    /// <summary>0060: what a group needs of a file.</summary>
    public const uint GroupFile = 0x30;

    /// <summary>0666: the bits that a file can have that is no program.</summary>
    public const uint AllFile = 0x1B6;

    /// <summary>The bits of a directory in which files of this mode lie: it can be searched by those who read them, and hands its group down if that may
    /// write.</summary>
    public static uint DirectoryFor(uint fileMode) =>
        fileMode | ((fileMode & 0x124) >> 2) | ((fileMode & GroupWrite) != 0 ? SetGroup : 0);
}
