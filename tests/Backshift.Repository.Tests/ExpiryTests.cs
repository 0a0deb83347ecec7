using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Checking;
using Backshift.Repository.Condemning;
using Backshift.Repository.Expiring;
using Backshift.Repository.Renaming;
using Backshift.Repository.Savesets;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Tests;

public sealed class ExpiryTests : IDisposable
{
    private readonly ScratchRepository repository = new();
    private readonly List<string> said = [];

    private Expiry Expiry => new(repository.Directory, TimeProvider.System, e => said.Add(e.Message));

    [Fact]
    public void An_expired_saveset_lies_elsewhere_byte_for_byte_and_comes_back_with_its_time_and_tags()
    {
        Saveset saveset = Save(1);
        Set(saveset, new TagChange { Add = ["x"], Note = "n" });
        saveset = Listed();
        byte[] bytes = repository.Get(saveset.Place);
        Assert.True(Expiry.Expire(saveset));
        Assert.Empty(List());
        Assert.Equal(bytes, repository.Get(BytePath.Of($"expired/h/{saveset.Time}")));
        Saveset expired = Assert.Single(SavesetCatalog.ListExpired(repository.Directory, static e => throw e));
        Assert.Equal((saveset.Name, saveset.Received), (expired.Name, expired.Received));
        using RepositoryReader reader = repository.Read();
        Expiry.Undo(expired, reader);
        Saveset back = Listed();
        Assert.Equal(bytes, repository.Get(back.Place));
        Assert.Equal((saveset.Name, "x", "n", saveset.Received), (back.Name, back.Tags.Single(), back.Note, back.Received));
        Assert.Empty(SavesetCatalog.ListExpired(repository.Directory, static e => throw e));
        Assert.Empty(said);
    }

    [Fact]
    public void A_saveset_that_lies_in_both_places_is_a_saveset_and_expiring_it_again_finishes()
    {
        Saveset saveset = Save(1);
        repository.Put(BytePath.Of($"expired/h/{saveset.Time}"), repository.Get(saveset.Place));
        Assert.Equal(saveset.Name, Listed().Name);
        Assert.True(Expiry.Expire(Listed()));
        Assert.Empty(List());
        Assert.Single(SavesetCatalog.ListExpired(repository.Directory, static e => throw e));
        Assert.True(Expiry.Expire(saveset)); // and one that is gone is done
    }

    [Fact]
    public void An_expired_saveset_of_the_same_name_is_not_overwritten()
    {
        Saveset saveset = Save(1);
        repository.Put(BytePath.Of($"expired/h/{saveset.Time}"), (saveset with { Bytes = 12345 }).Encode());
        Assert.Equal(ExitCode.CannotCreate, Assert.Throws<BackshiftException>(() => Expiry.Expire(Listed())).Code);
        Assert.Single(List());
    }

    [Fact]
    public void A_hold_that_was_set_after_the_listing_is_kept_to()
    {
        Saveset saveset = Save(1);
        Set(saveset, new TagChange { Hold = true });
        Assert.False(Expiry.Expire(saveset));
        Assert.False(Expiry.ExpireData(saveset));
        Assert.True(Listed().IsHeld);
        Assert.Empty(SavesetCatalog.ListExpired(repository.Directory, static e => throw e));
    }

    [Fact]
    public void What_comes_back_must_have_all_its_packs_and_none_condemned()
    {
        Saveset saveset = Save(1);
        Expiry.Expire(Listed());
        Saveset expired = SavesetCatalog.ListExpired(repository.Directory, static e => throw e).Single();
        BytePath pack = repository.Packs(holdNodes: false).Single();
        byte[] bytes = repository.Get(pack);
        repository.Delete(pack);
        AssertRefused("is gone");
        repository.Put(pack, bytes);
        new CondemnedList(default, "unneeded", [ObjectName.TryParse(pack.Name, out ObjectName name) ? name : default]).Publish(repository.Directory);
        AssertRefused("is condemned");
        Assert.Empty(List());

        void AssertRefused(string why)
        {
            using RepositoryReader reader = repository.Read();
            BackshiftException refused = Assert.Throws<BackshiftException>(() => Expiry.Undo(expired, reader));
            Assert.Contains("its data is being deleted", refused.Message, StringComparison.Ordinal);
            Assert.Contains(why, refused.Message, StringComparison.Ordinal);
            Assert.Equal(saveset.Name, expired.Name);
        }
    }

    [Fact]
    public void Another_saveset_of_the_name_is_not_replaced_by_one_that_comes_back()
    {
        Saveset saveset = Save(1);
        Expiry.Expire(Listed());
        repository.Put(saveset.Place, (saveset with { Bytes = 12345 }).Encode());
        Saveset expired = SavesetCatalog.ListExpired(repository.Directory, static e => throw e).Single();
        using RepositoryReader reader = repository.Read();
        BackshiftException refused = Assert.Throws<BackshiftException>(() => Expiry.Undo(expired, reader));
        Assert.Contains("another saveset of this name", refused.Message, StringComparison.Ordinal);
        Assert.Equal(12345, Listed().Bytes);
        Assert.Single(SavesetCatalog.ListExpired(repository.Directory, static e => throw e));
    }

    [Fact]
    public void A_saveset_without_its_data_lists_and_checks_and_is_no_base_and_is_not_restored()
    {
        Save(1);
        Assert.True(Expiry.ExpireData(Listed()));
        string month = UnixTime.Now(TimeProvider.System).ToString()[..7];
        repository.Packs(holdNodes: false).ToList().ForEach(repository.Delete);
        using RepositoryReader reader = repository.Read();
        Saveset saveset = reader.Find("h@latest");
        Assert.Equal(["file"], reader.Entries(saveset, default).Select(static entry => entry.Path.ToString()));
        BackshiftException refused = Assert.Throws<BackshiftException>(() => reader.FindWithData("h@latest"));
        Assert.StartsWith($"the data of {saveset.Name} was expired on {month}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NoInput, refused.Code);
        Assert.Empty(BaseChoice.Of([saveset], "h", null, TimeProvider.System, static _ => { }));
        Assert.Empty(Check());

        // Another one that shares its nodes has its contents looked at.
        repository.Put(BytePath.Of("savesets/h/20260101T000000Z"), (saveset with { Started = new UnixTime(1_767_225_600, 0) }).Encode());
        Assert.Contains(Check(), static line => line.Contains("file: chunk", StringComparison.Ordinal));
    }

    [Fact]
    public void Tags_replace_those_of_the_saveset_and_the_highest_number_counts()
    {
        Saveset saveset = Save(1, "own", "other");
        Set(saveset, new TagChange { Add = ["new"], Remove = ["other"], Note = "one" });
        Set(Listed(), new TagChange { Hold = true });
        Assert.Equal(["own", "new"], Listed().Tags);
        Assert.Equal((true, "one"), (Listed().IsHeld, Listed().Note));
        Assert.Equal([$"{saveset.Time}~2"], TagFiles());
        Set(Listed(), new TagChange { Hold = true });
        Assert.Equal([$"{saveset.Time}~2"], TagFiles()); // nothing changes, so nothing is written
        Set(Listed(), new TagChange { Clear = true, Note = "", Hold = false });
        Assert.Empty(Listed().Tags);
        Assert.Equal((false, null), (Listed().IsHeld, Listed().Note));
    }

    [Theory]
    [InlineData("h", "20200101T000000Z", 1)]
    [InlineData("other", null, 1)]
    [InlineData("h", null, 2)]
    [InlineData("h", null, 0)]
    public void Tags_of_another_place_or_damaged_ones_count_as_a_hold(string host, string? time, long number)
    {
        Saveset saveset = Save(1);
        SavesetTags tags = new() { Host = host, Time = time ?? saveset.Time, Number = number, DataExpired = saveset.Started };
        repository.Put(BytePath.Of($"tags/h/{saveset.Time}~1"), number == 0 ? [1, 2, 3] : tags.Encode());
        Saveset listed = SavesetCatalog.List(repository.Directory, e => said.Add(e.Message)).Single();
        Assert.True(listed is { IsHeld: true, HasUnreadableTags: true, DataExpired: null });
        Assert.StartsWith($"tags {repository.Root}/tags/h/", Assert.Single(said), StringComparison.Ordinal);

        // New ones begin with a hold.
        new TagChange { Add = ["x"] }.Publish(repository.Directory, listed, TimeProvider.System, e => said.Add(e.Message));
        Assert.True(Listed() is { IsHeld: true, HasUnreadableTags: false });
    }

    [Fact]
    public void A_directory_of_tags_that_cannot_be_listed_is_a_hold_for_all_savesets_of_the_host()
    {
        Save(1);
        Directory.CreateDirectory(repository.Root.Join("tags").ToString());
        File.CreateSymbolicLink(repository.Root.Join("tags/h").ToString(), "/");
        Assert.True(SavesetCatalog.List(repository.Directory, e => said.Add(e.Message)).Single() is { IsHeld: true, HasUnreadableTags: true });
        Assert.True(SavesetCatalog.ListOf(repository.Directory, "h", null, e => said.Add(e.Message)).Single() is { IsHeld: true });
        Assert.Equal(2, said.Count);
    }

    [Fact]
    public void A_renamed_saveset_keeps_everything_but_its_name_and_says_what_it_was_called()
    {
        Saveset saveset = Save(1, "own");
        Set(saveset, new TagChange { Hold = true, Note = "n" });
        saveset = Listed();
        string name = Rename(saveset, "new", "part/2");
        Saveset renamed = Listed();
        Assert.Equal($"new/part/2@{saveset.Time}", name);
        Assert.Equal(name, renamed.Name);
        Assert.Equal(("h", true, "n", saveset.Received), (renamed.Renamed!.From, renamed.IsHeld, renamed.Note, renamed.Received));
        Assert.Equal(Plain(saveset), Plain(renamed));
        Assert.Equal(saveset.Save, renamed.Save);
        Assert.Equal(saveset.Packs.Names, renamed.Packs.Names);
        Assert.Equal(["own"], renamed.Tags);
        Assert.Empty(TagFiles());
        using RepositoryReader reader = repository.Read();
        Assert.Single(reader.Entries(reader.Find(name), default));
        Assert.Empty(Check());
    }

    [Fact]
    public void Renaming_again_after_a_crash_finds_the_one_that_was_published()
    {
        Saveset saveset = Save(1);
        byte[] bytes = repository.Get(saveset.Place);
        Rename(saveset, "new", null);
        repository.Put(saveset.Place, bytes);
        Saveset old = List().Single(static one => one.Host == "h");
        Assert.Equal($"new@{saveset.Time}", Rename(old, "new", null));
        Assert.Equal($"new@{saveset.Time}", Listed().Name);
    }

    [Fact]
    public void A_saveset_joins_another_of_the_same_second_under_a_longer_name()
    {
        Saveset saveset = Save(1);
        repository.Put(BytePath.Of($"savesets/new/{saveset.Time}"), (saveset with { Host = "new", Save = new byte[16] }).Encode());
        string name = Rename(saveset, "new", null);
        Assert.Equal(SavesetName.Time(saveset.Started, 3), name.Split('@')[1]);
        Assert.Equal(2, List().Count);
    }

    public void Dispose() => repository.Dispose();

    /// <summary>Without its name, and without what is compared by itself.</summary>
    private static Saveset Plain(Saveset saveset) => saveset with
    {
        Host = "",
        Subset = null,
        Renamed = null,
        Place = default,
        Sum = [],
        Save = [],
        Tags = [],
        RecordedTags = null,
        Bases = [],
        Roots = [],
        Packs = NeededPacks.None,
        ProblemList = null!,
    };

    private string Rename(Saveset saveset, string host, string? subset) =>
        new SavesetRenaming(repository.Directory, TimeProvider.System, static e => throw e).Rename(saveset, host, subset);

    private void Set(Saveset saveset, TagChange change) => change.Publish(repository.Directory, saveset, TimeProvider.System, static e => throw e);

    private List<Saveset> List() => SavesetCatalog.List(repository.Directory, static e => throw e);

    private Saveset Listed() => Assert.Single(List());

    private IEnumerable<string?> TagFiles() => Directory.GetFileSystemEntries(repository.Root.Join("tags/h").ToString()).Select(Path.GetFileName);

    private List<string> Check()
    {
        List<string> found = [];
        using WorkerPool workers = new(1);
        using RepositoryCheck check = new(repository.Directory, workers, finding => found.Add(finding.ToString()));
        check.Run(readData: false, CancellationToken.None);

        // The runs of the index still name the packs that a test has deleted.
        return [.. found.Where(static line => !line.Contains("is gone; run", StringComparison.Ordinal))];
    }

    private Saveset Save(int hour, params string[] tags)
    {
        using RepositoryWriter writer = repository.Write();
        byte[] content = [.. Enumerable.Range(0, 10_000).Select(i => (byte)(i * hour))];
        Digest digest = Digest.Of(content);
        writer.Chunks.Add(digest, content);
        using SavesetWriter recorder = new(repository.Directory, writer.Chunks);
        EntryRecord entry = new() { Path = BytePath.Of("file"), Type = EntryType.File, Mode = 0x1A4, Mtime = new UnixTime(1, 0), Size = content.Length };
        recorder.StartEntry(entry);
        recorder.AddChunk(digest, content.Length);
        UnixTime started = new(1_795_424_645 + (hour * 3600), 123_456_789);
        recorder.Publish(new Saveset { Host = "h", Started = started, Complete = true, Tags = tags, Program = "test" }, TimeProvider.System);
        return Listed();
    }
}
