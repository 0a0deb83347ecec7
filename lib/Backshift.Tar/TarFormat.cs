namespace Backshift.Tar;

/// <summary>The formats of tar(5) that are written.</summary>
public enum TarFormat
{
    /// <summary>POSIX.1-2001: what does not fit the header goes into records before it.</summary>
    Pax,

    /// <summary>GNU tar 1.12 and later: long names in entries of their own, numbers in base 256.</summary>
    Gnu,

    /// <summary>POSIX.1-1988.</summary>
    Ustar,
}
