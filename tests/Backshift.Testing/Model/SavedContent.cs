using Backshift.Records;
using Backshift.Repository.Savesets;

namespace Backshift.Testing.Model;

/// <summary>A saveset, under whatever name, and what its users were told of it.</summary>
/// <param name="identity">Names it; see <see cref="IdentityOf"/>.</param>
internal sealed class SavedContent(string identity)
{
    internal string Identity => identity;

    /// <summary>What must come out of it; null until its writer has reported that it is saved.</summary>
    internal IReadOnlyDictionary<string, Digest[]>? Files { get; set; }

    /// <summary>Whether it may be gone: a user has begun to expire it, and was not told that it stays or is back.</summary>
    internal bool IsExpired { get; set; }

    /// <summary>Whether the contents of its files may be gone.</summary>
    internal bool IsDataExpired { get; set; }

    /// <summary>Whether a user was told that it is on hold.</summary>
    internal bool IsHeld { get; set; }

    /// <summary>Whether a user has begun to bring it back: if nobody was told that it is, it may be broken.</summary>
    internal bool WasUndone { get; set; }

    /// <summary>How often a user has begun to rename it.</summary>
    internal int Renames { get; set; }

    /// <summary>Whether a user is expiring, renaming or bringing it back: the others wait, as users do.</summary>
    internal bool IsInUse { get; set; }

    /// <summary>Whether it must be there.</summary>
    internal bool IsGood => Files is not null && !IsExpired;

    /// <summary>Whether it must be there with all contents.</summary>
    internal bool HasData => IsGood && !IsDataExpired;

    /// <summary>What stays the same when a saveset is renamed.</summary>
    internal static string IdentityOf(Saveset saveset) => $"{Convert.ToHexStringLower(saveset.Save)}~{saveset.Checkpoint}";

    public override string ToString() => $"saveset {identity}";
}
