using Backshift.Posix;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Tests;

public sealed class SavesetFilterTests : IDisposable
{
    private readonly ScratchRepository repository = new();

    public SavesetFilterTests()
    {
        Publish(new Saveset { Host = "web", Started = Time("20251231T235959Z"), Complete = true, Tags = ["monthly"] });
        Publish(new Saveset { Host = "web", Started = Time("20260101T000000Z") with { Nanoseconds = 5 }, Complete = false });
        Publish(new Saveset { Host = "web", Subset = "mail", Started = Time("20260131T120000Z"), Complete = true });
        Publish(new Saveset { Host = "web2", Subset = "mail", Started = Time("20260201T000000Z"), Complete = true, Tags = ["monthly"] });
        Publish(new Saveset { Host = "a b", Started = Time("20260301T000000Z"), Complete = true });
    }

    [Fact]
    public void Without_conditions_all_are_taken()
    {
        Assert.True(new SavesetFilter().IsEmpty);
        Assert.Equal(5, Names(new SavesetFilter()).Length);
    }

    [Fact]
    public void A_host_has_its_subsets_and_a_name_that_begins_alike_is_another() =>
        Assert.Equal(["web@20251231T235959Z", "web@20260101T000000Z", "web/mail@20260131T120000Z"], Names(new SavesetFilter { Host = "web" }));

    [Fact]
    public void A_subset_is_that_of_any_host()
    {
        Assert.Equal(["web/mail@20260131T120000Z", "web2/mail@20260201T000000Z"], Names(new SavesetFilter { Subset = "mail" }));
        Assert.Equal(["web2/mail@20260201T000000Z"], Names(new SavesetFilter { Subset = "mail", Host = "web2" }));
    }

    [Fact]
    public void A_name_with_other_characters_is_found() => Assert.Equal(["a b@20260301T000000Z"], Names(new SavesetFilter { Host = "a b" }));

    [Theory]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("a_host_whose_name_is_so_long_that_no_file_system_takes_it_and_no_saveset_can_have_it_either")]
    public void A_name_that_no_saveset_has_takes_none(string name)
    {
        Assert.Empty(Names(new SavesetFilter { Host = name }));
        Assert.Empty(Names(new SavesetFilter { Subset = name }));
    }

    [Fact]
    public void What_begins_with_the_last_time_is_taken()
    {
        Assert.Equal(2, Names(new SavesetFilter { Since = "202601", Until = "202601" }).Length);
        Assert.Equal(3, Names(new SavesetFilter { Until = "202601" }).Length);
        Assert.Equal(3, Names(new SavesetFilter { Since = "20260101T000001" }).Length);
        Assert.Equal(2, Names(new SavesetFilter { Since = "20251231T235959", Until = "20260101T000000" }).Length);
    }

    [Fact]
    public void Tags_and_completeness_are_seen_in_the_saveset()
    {
        Assert.Equal(["web@20251231T235959Z", "web2/mail@20260201T000000Z"], Names(new SavesetFilter { Tag = "monthly" }));
        Assert.Equal(["web@20251231T235959Z", "web/mail@20260131T120000Z"], Names(new SavesetFilter { Host = "web", Complete = true }));
    }

    [Fact]
    public void One_that_cannot_be_read_is_reported_only_where_it_may_be_wanted()
    {
        repository.Put(BytePath.Of("savesets/web/20260102T000000Z"), [1, 2, 3]);
        int damaged = 0;
        using RepositoryReader reader = repository.Read(_ => damaged++);
        reader.Savesets(new SavesetFilter { Host = "web2" });
        reader.Savesets(new SavesetFilter { Host = "web", Subset = "mail" });
        reader.Savesets(new SavesetFilter { Since = "20260103" });
        Assert.Equal(0, damaged);
        Assert.Equal(3, reader.Savesets(new SavesetFilter { Host = "web" }).Count);
        Assert.Equal(1, damaged);
    }

    public void Dispose() => repository.Dispose();

    private static UnixTime Time(string text) => UnixTime.TryParse(text, out UnixTime time) ? time : throw new ArgumentException(text);

    private void Publish(Saveset saveset) => SavesetWriter.PublishUnderFreeName(repository.Directory, saveset);

    private string[] Names(SavesetFilter filter)
    {
        using RepositoryReader reader = repository.Read(static e => throw e);
        return [.. reader.Savesets(filter).Select(static saveset => saveset.Name)];
    }
}
