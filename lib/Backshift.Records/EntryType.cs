namespace Backshift.Records;

/// <summary>What an entry is; see backshift-stream(5), "entry".</summary>
public enum EntryType
{
    File,
    Directory,
    SymbolicLink,
    Fifo,
    CharacterDevice,
    BlockDevice,
    Socket,

    /// <summary>A further name of an inode that an earlier entry has.</summary>
    Link,

    /// <summary>A type of a later version; <see cref="EntryRecord.TypeName"/> has its name.</summary>
    Unknown,
}
