using Backshift.Posix;
using Backshift.Records;
using Backshift.Objects;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Findings;

/// <summary>Something in a repository that is damaged, missing or unknown to this version.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Detail">The words after the subject.</param>
public sealed record Finding(FindingKind Kind, string Detail)
{
    /// <summary>The saveset in which it was found; others may be affected too.</summary>
    public Saveset? Saveset { get; init; }

    /// <summary>The entry, or the first entry of a node; empty if no entry is affected.</summary>
    public BytePath Path { get; init; }

    /// <summary>Words for the part of the saveset, where that is not a single entry.</summary>
    public string? Part { get; init; }

    /// <summary>The pack, as far as it is known.</summary>
    public ObjectName? Pack { get; init; }

    /// <summary>The chunk or node, as far as it is known.</summary>
    public Digest? Chunk { get; init; }

    /// <summary>Whether something is damaged or missing.</summary>
    public bool IsDamage => Kind is not (FindingKind.TypeUnknown or FindingKind.PackSalvageable);

    /// <summary>A small object that is damaged and can be read all the same.</summary>
    /// <param name="shown">Its path, for the message.</param>
    internal static Finding OfCopy(BytePath shown) =>
        new(FindingKind.CopyDamaged, $"{shown}: is damaged; what it says could be read all the same, "
            + "and bs-check --repair makes it whole where the file system can exchange two files");

    /// <summary>A line for the user: subject first.</summary>
    public override string ToString()
    {
        string? subject = Saveset?.Name ?? (Pack is { } pack ? $"pack {pack}" : null);
        string? part = Part ?? (Path.IsEmpty ? null : Path.ToString());
        return string.Join(": ", ((string?[])[subject, part, Detail]).Where(static word => word is not null));
    }
}
