using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Copying;

/// <summary>
/// Has tags, notes, holds and names follow that were changed in the other repository after a saveset was copied. Whether there are any shows in the listings:
/// see <see cref="TagMerge.Matching"/>.
/// </summary>
internal sealed class TagFollowing
{
    private readonly RepositoryDirectory from;
    private readonly RepositoryDirectory to;
    private readonly CopyChoice choice;
    private readonly CopyCounts counts;
    private readonly TimeProvider clock;
    private readonly Action<BackshiftException> fault;
    private readonly Action<BackshiftException> warn;
    private bool hasSaidRefused;

    /// <param name="from">Where it was said.</param>
    /// <param name="to">Where it is to be said.</param>
    /// <param name="choice">Knows which savesets there are.</param>
    /// <param name="counts">Counts what follows.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="fault">Receives each saveset of which something cannot follow.</param>
    /// <param name="warn">Receives what the other repository does not allow.</param>
    internal TagFollowing(RepositoryDirectory from, RepositoryDirectory to, CopyChoice choice, CopyCounts counts, TimeProvider clock,
        Action<BackshiftException> fault, Action<BackshiftException> warn)
    {
        this.from = from;
        this.to = to;
        this.choice = choice;
        this.counts = counts;
        this.clock = clock;
        this.fault = fault;
        this.warn = warn;
    }

    /// <summary>Publishes what was said of a saveset that is about to be published there, since tags that come later could be missed by a program that
    /// expires.</summary>
    /// <param name="saveset">The saveset, with what was said of it.</param>
    /// <exception cref="BackshiftException">It cannot be told, or not be written.</exception>
    internal void Prepare(Saveset saveset)
    {
        try
        {
            SavesetTags? tags = TagsFiles.Latest(from, saveset);
            (Saveset Saveset, SavesetTags Tags)? former = Former(saveset, out bool isLeft);
            Change(saveset, tags, before => before.Number == 0 && former is { } old
                ? Renamed(old.Tags, saveset) with { Received = old.Saveset.Received, DataExpired = old.Saveset.DataExpired }
                : before with { Received = before.Received ?? saveset.Received, DataExpired = saveset.DataExpired }, isLast: !isLeft);
        }
        catch (StoreException e) when (e.Trouble == StoreTrouble.Refused && saveset.DataExpired is null)
        {
            Refused(e);
        }
    }

    /// <summary>Has follow what was said of a saveset that both have, and its name: the one that it had before is given up.</summary>
    /// <param name="path">The saveset, in the other repository.</param>
    internal void Follow(ObjectPath path)
    {
        try
        {
            if (Saveset.TryRead(from, path) is not { } saveset)
            {
                // It was expired or renamed meanwhile.
                return;
            }

            SavesetTags? tags = TagsFiles.Latest(from, saveset);
            if (Former(saveset, out bool isLeft) is { } former)
            {
                Change(saveset, tags, before => TagMerge.Merge(Renamed(former.Tags, saveset), TagMerge.Of(before, saveset), saveset, static _ => { }) with
                {
                    Number = before.Number,
                    Received = before.Received,
                    Source = before.Source,
                }, isLast: false);
                isLeft = !TryGiveUp(former.Saveset, saveset);
            }

            foreach (BytePath place in FormerNames.Of(saveset).Where(choice.HasTagsAlone))
            {
                // A run that gave up the old name was killed before it deleted these.
                if (to.Store.Exists(ObjectPath.Saveset(place)) == false)
                {
                    TagsFiles.DeleteAll(to, saveset with { Place = place, TagsNumber = choice.NumberOf(place) });
                }
            }

            Change(saveset, tags, static before => before, isLast: !isLeft);
        }
        catch (StoreException e) when (e.Trouble == StoreTrouble.Refused)
        {
            Refused(e);
        }
        catch (BackshiftException e) when (e is not StoreException)
        {
            fault(e);
        }
    }

    /// <summary>Merges what was said on both sides, and publishes it if that is something new.</summary>
    /// <param name="saveset">The saveset.</param>
    /// <param name="tags">What was said in the other repository.</param>
    /// <param name="begin">Makes what is merged of what is there.</param>
    /// <param name="isLast">Whether nothing else is to follow.</param>
    private void Change(Saveset saveset, SavesetTags? tags, Func<SavesetTags, SavesetTags> begin, bool isLast)
    {
        SourceTags source = TagMerge.Of(tags, saveset);
        bool isNew = false, isHeld = false;
        TagsFiles.Change(to, saveset with { TagsNumber = choice.NumberOf(saveset.Place) }, UnixTime.Now(clock), before =>
        {
            SavesetTags start = begin(before), after = TagMerge.Merge(start, source, saveset, Say);
            long number = isLast ? TagMerge.Matching(tags?.Number ?? 0) : 0;
            isNew = after.Hold != before.Hold || after.Note != before.Note || !TagMerge.Of(after, saveset).IsSame(TagMerge.Of(before, saveset));
            isHeld = after.Hold && !before.Hold;
            bool isSame = !isNew && before.Number > 0 && source.IsSame(before.Source) && after.Received == before.Received
                && after.DataExpired == before.DataExpired;
            return isSame && number <= before.Number ? null : after with { Number = number };
        }, warn);
        if (!choice.IsThere(saveset.Place))
        {
            return;
        }

        counts.Tagged += isNew ? 1 : 0;
        if (isHeld && to.Store.Exists(ObjectPath.Expired(SavesetName.Below(ObjectType.Expired, saveset.Place))) != false)
        {
            // A program that expires looks for holds after it has made a copy; so one of the two sees the other.
            fault(new BackshiftException(ExitCode.Busy, $"{saveset.Name}: is on hold now, but is being expired in the other repository",
                "bs-expire --undo brings it back if it is gone"));
        }

        void Say(string what) => warn(new BackshiftException(ExitCode.DataError, $"{saveset.Name}: {what}"));
    }

    private static SavesetTags Renamed(SavesetTags tags, Saveset saveset) =>
        tags with { Host = saveset.Host, Subset = saveset.Subset, Time = saveset.Time };

    /// <summary>The saveset under a name that it had before, which only the replica has still.</summary>
    /// <param name="saveset">The saveset.</param>
    /// <param name="isLeft">Whether the replica has it under such a name, be it that the other repository has so too.</param>
    private (Saveset Saveset, SavesetTags Tags)? Former(Saveset saveset, out bool isLeft)
    {
        isLeft = false;
        foreach (BytePath place in FormerNames.Of(saveset))
        {
            if (choice.IsThere(place) && Saveset.TryRead(to, ObjectPath.Saveset(place)) is { } old && FormerNames.IsSame(old, saveset))
            {
                isLeft = true;
                if (!choice.IsOnlyThere(place))
                {
                    continue;
                }

                SavesetTags tags = TagsFiles.Latest(to, old) ?? SavesetTags.NoneOf(old);
                old = tags.ApplyTo(old);

                // One that has its data still is another thing than one of which only the metadata is kept.
                isLeft = old.DataExpired is not null || saveset.DataExpired is null;
                return isLeft ? (old, tags) : null;
            }
        }

        return null;
    }

    private bool TryGiveUp(Saveset old, Saveset renamed)
    {
        to.PrepareForRelying();
        to.Store.VerifyPlace(ObjectPath.Saveset(renamed.Place));
        if (FormerNames.MayBeMissed(to, renamed, warn) || !to.Store.Delete(ObjectPath.Saveset(old.Place)))
        {
            // It is there under both names until a later run.
            return false;
        }

        TagsFiles.DeleteAll(to, old);
        counts.Renamed++;
        return true;
    }

    private void Refused(StoreException e)
    {
        if (!hasSaidRefused)
        {
            hasSaidRefused = true;
            warn(new BackshiftException(
                e.Code, "tags, notes and holds are not copied, nor when savesets were received: the other repository does not allow it",
                "there, expire by the times in the savesets: bs-expire --by started"));
        }
    }
}
