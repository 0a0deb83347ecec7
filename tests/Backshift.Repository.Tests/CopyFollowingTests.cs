using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Condemning;
using Backshift.Repository.Copying;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Tests;

/// <summary>Tags, notes, holds and names that savesets get after they were copied; see bs-copy(1), "Tags and names".</summary>
public sealed class CopyFollowingTests : CopyFixture
{
    [Fact]
    public void Tags_follow_and_those_of_the_replica_stay()
    {
        Saveset saveset = Save(("f", [Bytes(1)]));
        Tag(Scratch, saveset, static tags => tags with { Tags = ["a", "b"], Hold = true });
        CopyAll();
        Tag(Other, Single(Other), static tags => tags with { Tags = [.. tags.Tags!, "own"], Note = "mine" });
        Assert.Equal(0, CopyAll().Tagged);

        // One more there, one less, and released; a note that only the replica has stays.
        Tag(Scratch, saveset, static tags => tags with { Tags = ["b", "c"], Hold = false });
        Assert.Equal((0, 1, 1, 0), Both(CopyAll()));
        Assert.Equal(["b", "own", "c"], Single(Other).Tags);
        Assert.Equal(("mine", false), (Single(Other).Note, Single(Other).IsHeld));

        // Removed here, it does not come back; set here, a hold is not released from there.
        Tag(Other, Single(Other), static tags => tags with { Tags = ["own"], Hold = true });
        Tag(Scratch, saveset, static tags => tags with { Tags = ["b", "c", "d"] });
        Assert.Equal((0, 1, 1, 0), Both(CopyAll()));
        Assert.Equal(["own", "d"], Single(Other).Tags);
        Assert.True(Single(Other).IsHeld);

        // Two notes: both stay, and that is said once.
        Assert.Empty(Warned);
        Tag(Scratch, saveset, static tags => tags with { Note = "theirs" });
        Assert.Equal((0, 1, 0, 0), Both(CopyAll()));
        Assert.Equal("mine", Single(Other).Note);
        Assert.Contains("its note was changed in both repositories", Assert.Single(Warned), StringComparison.Ordinal);
        CopyAll();
        Assert.Single(Warned);
        Assert.Equal(Single(Scratch).Received.Seconds, Single(Other).Received.Seconds);
    }

    [Fact]
    public void Tags_that_a_saveset_was_recorded_with_can_be_removed_there()
    {
        Saveset saveset = Save(("f", [Bytes(1)]));
        CopyAll();
        Tag(Scratch, saveset, static tags => tags with { Tags = ["x"] });
        CopyAll();
        Tag(Scratch, saveset, static tags => tags with { Tags = [] });
        CopyAll();
        Assert.Empty(Single(Other).Tags);
    }

    [Fact]
    public void Where_it_is_not_known_what_was_copied_nothing_is_taken_away()
    {
        // As an earlier version copied it, or a server that did not allow tags.
        Saveset saveset = Save(("f", [Bytes(1)]));
        Tag(Scratch, saveset, static tags => tags with { Tags = ["a", "b"], Note = "theirs" });
        CopyAll();
        Tag(Other, Single(Other), static tags => tags with { Tags = ["b", "own"], Hold = true, Note = null, Source = null });
        Assert.Equal(1, CopyAll().Tagged);
        Assert.Equal(["b", "own", "a"], Single(Other).Tags);
        Assert.Equal(("theirs", true), (Single(Other).Note, Single(Other).IsHeld));
    }

    [Fact]
    public void A_copy_of_a_copy_follows_too_and_the_first_one_takes_back_what_was_said_last()
    {
        using ScratchRepository third = new();
        Saveset saveset = Save(("f", [Bytes(1)]));
        for (int round = 1; round <= 4; round++)
        {
            Tag(Scratch, saveset, tags => tags with { Tags = [$"t{round}"] });
            Run(Scratch.Directory, Other.Directory);
            Run(Other.Directory, third.Directory);
            Assert.Equal([$"t{round}"], Single(third).Tags);
            Tag(third, Single(third), tags => tags with { Note = $"n{round}" });
            Run(third.Directory, Scratch.Directory);
            Assert.Equal($"n{round}", Single(Scratch).Note);
            Assert.Equal([$"t{round}"], Single(Scratch).Tags);
        }

        Assert.Empty(Warned);
    }

    [Fact]
    public void A_saveset_that_is_renamed_there_is_renamed_here_and_keeps_its_own_tags()
    {
        Saveset saveset = Save(("f", [Bytes(1, 30_000)]));
        Tag(Scratch, saveset, static tags => tags with { Tags = ["a", "b"] });
        CopyAll();
        Tag(Other, Single(Other), static tags => tags with { Tags = [.. tags.Tags!, "own"] });
        Tag(Scratch, saveset, static tags => tags with { Tags = ["b", "c"] });
        Rename(Single(Scratch), "new");
        Rename(Single(Scratch), "newer");
        CopyCounts counts = CopyAll();
        Assert.Equal((1, 1, 0, 0L), (counts.Savesets, counts.Renamed, counts.Faults, counts.PackBytes + counts.BlockBytes));
        Saveset copy = Single(Other);
        Assert.Equal("newer", copy.Host);
        Assert.Equal(["b", "own", "c"], copy.Tags);
        Assert.Equal(Single(Scratch).Received.Seconds, copy.Received.Seconds);
        Assert.Single(Names(Other, ObjectType.Tags));
        Assert.Equal((0, 1, 0, 0), Both(CopyAll()));
        AssertCopied([copy]);
    }

    [Fact]
    public void The_old_name_stays_as_long_as_the_other_repository_has_it_or_a_collector_could_miss_both()
    {
        Saveset saveset = Save(("f", [Bytes(1)]));
        CopyAll();
        byte[] old = Scratch.Get(saveset.Place);
        Rename(Single(Scratch), "new");
        Scratch.Put(saveset.Place, old);
        CondemnedList.PublishAll(Other.Directory, TimeProvider.System, "unneeded", [ObjectName.Random()]);
        Assert.Equal((1, 0), (CopyAll().Savesets, CopyAll().Renamed));
        Scratch.Delete(saveset.Place);
        Assert.Equal((0, 0), (CopyAll().Savesets, CopyAll().Renamed));
        Assert.Equal(2, Names(Other, ObjectType.Saveset).Count);
        Other.Directory.ListCondemned().ToList().ForEach(list => Other.Delete(ObjectPath.CondemnedList(list).Path));
        Assert.Equal((0, 1), (CopyAll().Savesets, Savesets(Other).Count));
        Assert.Equal("new", Single(Other).Host);
    }

    [Fact]
    public void One_that_was_expired_there_under_its_old_name_is_not_copied_under_its_new_one()
    {
        Save(("f", [Bytes(1)]));
        CopyAll();
        new Expiring.Expiry(Other.Directory, TimeProvider.System, static e => throw e).Expire(Single(Other));
        Rename(Single(Scratch), "new");
        CopyCounts counts = CopyAll();
        Assert.Equal((0, 1), (counts.Savesets, counts.Expired));
    }

    [Fact]
    public void Another_saveset_of_the_old_name_is_not_taken_for_a_renamed_one()
    {
        Saveset saveset = Save(("f", [Bytes(1)]));
        Other.Store(store => store.Add(Digest.Of(Bytes(9)), Bytes(9)));
        Other.Directory.Store.TryPublish(ObjectPath.Saveset(saveset.Place),
            SmallObject.TryReadBytes(Scratch.Directory.Store, ObjectPath.Saveset(saveset.Place), "saveset", out _)!);
        Saveset unlike = saveset with { Root = Digest.Of(Bytes(9)) };
        Other.Delete(saveset.Place);
        SavesetWriter.PublishUnderFreeName(Other.Directory, unlike);
        Rename(Single(Scratch), "new");
        CopyCounts counts = CopyAll();
        Assert.Equal((1, 0), (counts.Savesets, counts.Renamed));
        Assert.Equal(2, Names(Other, ObjectType.Saveset).Count);
    }

    private static (int, int, int, int) Both(CopyCounts counts) => (counts.Savesets, counts.Present, counts.Tagged, counts.Faults);

    private void Rename(Saveset saveset, string host) =>
        new Renaming.SavesetRenaming(Scratch.Directory, TimeProvider.System, static e => throw e).Rename(saveset, host, null);
}
