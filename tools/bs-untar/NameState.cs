namespace Backshift.Tools.Untar;

/// <summary>The kind of entry that an archive has under a name so far.</summary>
internal enum NameState : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A directory, perhaps only because something lies in it.</summary>
    Directory,

    /// <summary>Anything with an inode of its own that is no directory.</summary>
    Other,

    /// <summary>A link to another name.</summary>
    Link,

    /// <summary>A link to a name that has not come yet.</summary>
    AwaitingLink,
}
