using System.Text;
using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Repository.Savesets;

/// <summary>Which savesets are wanted. The path of a saveset shows its host, subset and time, so the others are not opened.</summary>
public sealed record SavesetFilter
{
    /// <summary>The one host, or null for all.</summary>
    public string? Host { get; init; }

    /// <summary>The one subset, or null for all, and for those that have none.</summary>
    public string? Subset { get; init; }

    /// <summary>A tag that they have, or null.</summary>
    public string? Tag { get; init; }

    /// <summary>The beginning of a time as it stands in a name, without dashes and colons; earlier ones are not wanted. Null for no limit.</summary>
    public string? Since { get; init; }

    /// <summary>As <see cref="Since"/>: later ones are not wanted, but those that begin with it are.</summary>
    public string? Until { get; init; }

    /// <summary>Whether only complete ones are wanted.</summary>
    public bool Complete { get; init; }

    /// <summary>Whether every saveset is wanted.</summary>
    public bool IsEmpty => this == new SavesetFilter();

    /// <summary>The folder in which all of them lie, or the empty path for all folders.</summary>
    internal BytePath Folder(ObjectType type) => Host is null ? default : SavesetName.Directory(Host, Subset, type);

    /// <summary>Whether there can be one: no file is called as a name that is too long.</summary>
    internal bool IsPossible => SavesetName.MayBe(Host) && SavesetName.MayBe(Subset);

    /// <summary>Whether the saveset at this path may be wanted.</summary>
    internal bool MayTake(ObjectPath path)
    {
        BytePath folder = path.Path.Parent;
        if ((Host is not null && !BytePath.IsWithin(folder.Span, SavesetName.Directory(Host, null, path.Type).Span))
            || (Subset is not null && !folder.Name.SequenceEqual(SavesetName.FolderOfSubset(Subset))))
        {
            return false;
        }

        // Only savesets have these names, and their times are as their names say; see Saveset.TryRead.
        string time = Encoding.ASCII.GetString(path.Path.Name);
        return (Since is null || string.CompareOrdinal(Beginning(time, Since), Since) >= 0)
            && (Until is null || string.CompareOrdinal(Beginning(time, Until), Until) <= 0);
    }

    /// <summary>Whether a saveset at a path that may be wanted is.</summary>
    internal bool Takes(Saveset saveset) =>
        (Host ?? saveset.Host) == saveset.Host && (Subset ?? saveset.Subset) == saveset.Subset && (saveset.Complete || !Complete)
        && (Tag is null || saveset.Tags.Contains(Tag));

    private static string Beginning(string time, string limit) => time[..Math.Min(time.Length, limit.Length)];
}
