using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Objects;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Findings;

/// <summary>Something that is damaged, missing or not known in a repository.</summary>
/// <param name="Kind">What kind of thing it is.</param>
/// <param name="Detail">What is wrong, in words that follow the subject.</param>
public sealed record Finding(FindingKind Kind, string Detail)
{
    /// <summary>The saveset in which it was found; another may need the same.</summary>
    public Saveset? Saveset { get; init; }

    /// <summary>The entry that is concerned, or the first of a node; empty where it is no entry.</summary>
    public BytePath Path { get; init; }

    /// <summary>Words for the part of the saveset that is concerned, where that is no single entry.</summary>
    public string? Part { get; init; }

    /// <summary>The pack that is concerned.</summary>
    public ObjectName? Pack { get; init; }

    /// <summary>The chunk that is concerned.</summary>
    public Digest? Chunk { get; init; }

    /// <summary>Whether something is damaged or missing.</summary>
    public bool IsDamage => Kind != FindingKind.TypeUnknown;

    /// <summary>A line for the user: subject first.</summary>
    public override string ToString()
    {
        string? subject = Saveset?.Name ?? (Pack is { } pack ? $"pack {pack}" : null);
        string? part = Part ?? (Path.IsEmpty ? null : Path.ToString());
        return string.Join(": ", ((string?[])[subject, part, Detail]).Where(static word => word is not null));
    }
}
