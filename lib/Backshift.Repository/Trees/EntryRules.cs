using Backshift.Records;

namespace Backshift.Repository.Trees;

/// <summary>What an entry must satisfy, besides being well formed, to be restored: a writer leaves other entries out, and bs-check reports them.</summary>
internal static class EntryRules
{
    /// <summary>Why this entry cannot be restored, or null.</summary>
    internal static string? FaultOf(EntryRecord entry) => entry.Type switch
    {
        not EntryType.Directory when entry.Path.Span.SequenceEqual("."u8) => "is the directory from which all others start, and is said to be none",
        EntryType.SymbolicLink when entry.Target is { Length: 0 } => "is a symbolic link to nothing",
        EntryType.CharacterDevice or EntryType.BlockDevice when entry.RdevMajor is null => "is a device without numbers",
        _ => null,
    };
}
