using Backshift.Records;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Copying;

/// <summary>
/// What becomes of tags that may have changed on both sides since they were copied: each side's changes count. Where it is not known what was copied,
/// nothing is taken away.
/// </summary>
internal static class TagMerge
{
    // Five copies of copies; then the objects are compared each time.
    private const long NumberLimit = 1_000_000_000_000_000;
    private const long Step = 1000;

    /// <summary>
    /// The number by which a listing shows that a copy has taken over tags of some number, and that nothing was said since on either side: who tags takes the
    /// next number, on either side. 0 if there is none.
    /// </summary>
    /// <param name="source">The number of those that were taken over; 0 for none.</param>
    internal static long Matching(long source) => source < NumberLimit / Step ? Step * (source + 1) : 0;

    /// <summary>What was said of a saveset.</summary>
    internal static SourceTags Of(SavesetTags? tags, Saveset saveset) => new(tags?.Tags ?? Recorded(saveset), tags?.Note, tags?.Hold == true);

    /// <summary>Takes over what was said in the other repository.</summary>
    /// <param name="own">What was said here; with the number 0 if nothing was.</param>
    /// <param name="source">What was said there.</param>
    /// <param name="saveset">The saveset.</param>
    /// <param name="fault">Receives what is not taken over.</param>
    internal static SavesetTags Merge(SavesetTags own, SourceTags source, Saveset saveset, Action<string> fault)
    {
        IReadOnlyList<string> mine = own.Tags ?? Recorded(saveset);
        if (own.Number == 0 && own.Source is null)
        {
            return own with { Tags = source.Tags.SequenceEqual(mine) ? own.Tags : source.Tags, Note = source.Note, Hold = source.Hold, Source = source };
        }

        SourceTags? common = own.Source;
        List<string> tags =
        [
            .. mine.Where(tag => common?.Tags.Contains(tag) != true || source.Tags.Contains(tag)),
            .. source.Tags.Where(tag => !mine.Contains(tag) && common?.Tags.Contains(tag) != true),
        ];
        if (tags.Count > TagRule.CountLimit)
        {
            fault($"would have {tags.Count} tags, more than {TagRule.CountLimit}: none are taken over");
            tags = [.. mine];
        }

        string? note = own.Note;
        if (source.Note != common?.Note && own.Note == common?.Note)
        {
            note = source.Note;
        }
        else if (source.Note != common?.Note && source.Note != own.Note)
        {
            fault("its note was changed in both repositories, and stays as it is in each");
        }

        return own with
        {
            Tags = tags.SequenceEqual(mine) ? own.Tags : tags,
            Note = note,
            Hold = common?.Hold == true ? own.Hold && source.Hold : own.Hold || source.Hold,
            Source = source,
        };
    }

    private static IReadOnlyList<string> Recorded(Saveset saveset) => saveset.RecordedTags ?? saveset.Tags;
}
