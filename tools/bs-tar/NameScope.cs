namespace Backshift.Tools.Tar;

/// <summary>The names that a transformation is for.</summary>
[Flags]
internal enum NameScope
{
    None = 0,

    /// <summary>Names of entries.</summary>
    Entries = 1,

    /// <summary>Targets of hard links.</summary>
    Links = 2,

    /// <summary>Targets of symbolic links.</summary>
    SymbolicLinks = 4,

    All = Entries | Links | SymbolicLinks,
}
