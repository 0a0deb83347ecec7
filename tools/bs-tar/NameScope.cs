namespace Backshift.Tools.Tar;

/// <summary>The names that a transformation is for.</summary>
[Flags]
internal enum NameScope
{
    None = 0,

    /// <summary>Names of entries.</summary>
    Entries = 1,

    /// <summary>What hard links are links of.</summary>
    Links = 2,

    /// <summary>What symbolic links point to.</summary>
    SymbolicLinks = 4,

    All = Entries | Links | SymbolicLinks,
}
