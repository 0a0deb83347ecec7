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

    /// <summary>Something that a later version knows; <see cref="EntryRecord.TypeName"/> says what.</summary>
    Unknown,
}
