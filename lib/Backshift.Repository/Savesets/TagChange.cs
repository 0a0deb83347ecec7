using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Savesets;

/// <summary>What is to be said of a saveset from now on.</summary>
public sealed record TagChange
{
    /// <summary>Tags to add.</summary>
    public IReadOnlyList<string> Add { get; init; } = [];

    /// <summary>Tags to remove.</summary>
    public IReadOnlyList<string> Remove { get; init; } = [];

    /// <summary>Whether all tags are removed, before others are added.</summary>
    public bool Clear { get; init; }

    /// <summary>The note; empty for none, null for the one that there is.</summary>
    public string? Note { get; init; }

    /// <summary>Whether it is on hold; null for as it is.</summary>
    public bool? Hold { get; init; }

    /// <summary>Whether nothing is to be changed.</summary>
    public bool IsEmpty => Add.Count == 0 && Remove.Count == 0 && !Clear && Note is null && Hold is null;

    /// <summary>Publishes what this makes of the tags of a saveset. Where nothing changes, nothing is written.</summary>
    /// <param name="repository">The repository, locked for writing.</param>
    /// <param name="saveset">The saveset.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="warn">Receives trouble that changes nothing about the result, and old tags that cannot be read.</param>
    /// <returns>The saveset with what is said of it now.</returns>
    /// <exception cref="BackshiftException">There would be too many tags, or the old ones cannot be told.</exception>
    /// <exception cref="StoreException">They cannot be written.</exception>
    public Saveset Publish(RepositoryDirectory repository, Saveset saveset, TimeProvider clock, Action<BackshiftException> warn) =>
        TagsFiles.Change(repository, saveset, UnixTime.Now(clock), before => Of(before, saveset), warn).ApplyTo(saveset);

    /// <summary>What this would make of a saveset.</summary>
    /// <exception cref="BackshiftException">There would be too many tags.</exception>
    public Saveset Preview(Saveset saveset) => saveset with
    {
        Tags = TagsOf(saveset.Tags, saveset),
        Note = Note is null ? saveset.Note : Note.Length == 0 ? null : Note,
        IsHeld = Hold ?? saveset.IsHeld,
    };

    private SavesetTags? Of(SavesetTags before, Saveset saveset)
    {
        bool isRetagged = Clear || Add.Count > 0 || Remove.Count > 0;
        IReadOnlyList<string> old = before.Tags ?? saveset.Tags;
        IReadOnlyList<string> tags = isRetagged ? TagsOf(old, saveset) : old;
        SavesetTags after = before with
        {
            Tags = tags.SequenceEqual(old) ? before.Tags : tags,
            Note = Note is null ? before.Note : Note.Length == 0 ? null : Note,
            Hold = Hold ?? before.Hold,
        };
        return after == before ? null : after;
    }

    private List<string> TagsOf(IReadOnlyList<string> old, Saveset saveset)
    {
        List<string> tags = [.. (Clear ? [] : old).Where(tag => !Remove.Contains(tag)).Concat(Add).Distinct()];
        return tags.Count <= TagRule.CountLimit ? tags : throw new BackshiftException(
            ExitCode.Usage, $"{Escaping.Display(Encoding.UTF8.GetBytes(saveset.Name))}: would have {tags.Count} tags, more than {TagRule.CountLimit}");
    }
}
