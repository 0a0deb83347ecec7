using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Tests;

public sealed class CheckpointTests : IDisposable
{
    private static readonly Saveset Template = new() { Host = "h", Started = new UnixTime(1_795_424_645, 0), Program = "test" };

    private readonly ScratchRepository repository = new();
    private readonly RepositoryWriter opened;
    private readonly SavesetWriter writer;

    public CheckpointTests()
    {
        opened = repository.Write();
        writer = new SavesetWriter(repository.Directory, opened.Chunks);
    }

    [Fact]
    public void A_checkpoint_has_the_entries_that_are_whole()
    {
        Add("a", "first");
        Add("b", "second");
        Saveset saveset = Checkpoint()!;
        Assert.Equal("h@20261123T090405Z~1", saveset.Name);
        Assert.False(saveset.Complete);
        Assert.Equal(["a"], Paths(saveset));
        Assert.Equal((1, 5), (saveset.Entries, saveset.Bytes));
    }

    [Fact]
    public void Before_the_first_entry_is_whole_there_is_none()
    {
        Add("a", "first");
        Assert.Null(Checkpoint());
        Assert.Empty(Listed());
    }

    [Fact]
    public void A_later_checkpoint_replaces_the_one_before()
    {
        Add("b", "2");
        Add("c", "3");
        Checkpoint();
        Add("a", "1");
        Add("b", "another");
        Add("d", "4");
        Checkpoint();
        Saveset only = Assert.Single(Listed());
        Assert.Equal("h@20261123T090405Z~2", only.Name);
        Assert.Equal(["a", "b", "c"], Paths(only));

        // Of a path that came twice the later one is kept, and counted.
        Assert.Equal(9, only.Bytes);
        Assert.Single(Files());
    }

    [Fact]
    public void What_is_published_at_the_end_takes_the_name_and_the_place_of_the_checkpoint()
    {
        Add("a", "first");
        Add("b", "second");
        Checkpoint();
        Saveset whole = writer.Publish(Template with { Complete = true }, TimeProvider.System);
        Assert.Equal("h@20261123T090405Z", whole.Name);

        // Even before it is removed.
        Assert.Equal(2, Files().Length);
        Assert.Equal([whole.Name], Listed().Select(saveset => saveset.Name));
        writer.DeleteCheckpoint();
        Assert.Single(Files());
        Assert.Equal(["a", "b"], Paths(Assert.Single(Listed())));
    }

    [Fact]
    public void A_checkpoint_whose_save_was_killed_stays_when_another_save_of_that_time_is_complete()
    {
        Add("a", "first");
        Add("b", "second");
        Checkpoint();
        using SavesetWriter other = new(repository.Directory, opened.Chunks);
        other.StartEntry(new EntryRecord { Path = BytePath.Of("x"), Type = EntryType.Directory });
        other.Publish(Template with { Complete = true }, TimeProvider.System);
        Assert.Equal(["h@20261123T090405Z", "h@20261123T090405Z~1"], Listed().Select(saveset => saveset.Name));
    }

    [Fact]
    public void A_save_that_began_in_the_same_second_has_a_checkpoint_of_another_name()
    {
        using SavesetWriter other = new(repository.Directory, opened.Chunks);
        other.StartEntry(new EntryRecord { Path = BytePath.Of("x"), Type = EntryType.Directory });
        other.Publish(Template with { Complete = true }, TimeProvider.System);
        Add("a", "first");
        Add("b", "second");
        Assert.Equal("h@20261123T090405.000Z~1", Checkpoint()!.Name);
    }

    [Fact]
    public void A_link_is_left_out_until_its_target_is_whole()
    {
        writer.StartEntry(new EntryRecord { Path = BytePath.Of("a-link"), Type = EntryType.Link, Target = "target"u8.ToArray() });
        Add("b", "1");
        Add("target", "2");
        Assert.Equal(["b"], Paths(Checkpoint()!));
        Add("z", "3");
        Assert.Equal(["a-link", "b", "target"], Paths(Checkpoint()!));
        Assert.Equal(0, writer.Problems);
    }

    [Fact]
    public void Problems_so_far_are_kept_with_a_checkpoint_and_all_of_them_with_the_whole()
    {
        Add("a", "1");
        Problem("one");
        Add("b", "2");
        Saveset checkpoint = Checkpoint()!;
        Assert.Equal(["one"], Problems(checkpoint));
        Problem("two");
        Saveset whole = writer.Publish(Template with { Complete = true }, TimeProvider.System);
        Assert.Equal(["one", "two"], Problems(whole));
    }

    [Fact]
    [Trait("Length", "long")]
    public void Entries_that_were_spilled_are_in_every_checkpoint()
    {
        const int Count = 60_000;
        string name = new('n', 150);
        for (int i = 0; i < Count; i++)
        {
            writer.StartEntry(new EntryRecord { Path = BytePath.Of($"{(i * 7919) % Count:d6}-{name}"), Type = EntryType.Directory });
            if (i % 20_000 == 19_999)
            {
                Assert.Equal(i, Checkpoint()!.Entries);
            }
        }

        Saveset whole = writer.Publish(Template with { Complete = true }, TimeProvider.System);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i:d6}-{name}"), Paths(whole));
    }

    public void Dispose()
    {
        writer.Dispose();
        opened.Dispose();
        repository.Dispose();
    }

    private void Add(string path, string content)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(content);
        writer.StartEntry(new EntryRecord { Path = BytePath.Of(path), Type = EntryType.File });
        writer.StoreChunk(Digest.Of(bytes), bytes);
    }

    private void Problem(string text) => writer.AddProblem(new ProblemRecord(BytePath.Of("p"), "test", 0, text, false));

    private Saveset? Checkpoint() => writer.PublishCheckpoint(Template with { Reason = "it goes on" }, TimeProvider.System);

    private List<Saveset> Listed() => SavesetCatalog.List(repository.Directory, static e => throw e);

    private string[] Files() => System.IO.Directory.GetFiles(Path.Combine(repository.Root.ToString(), "savesets", "h"));

    private List<string> Paths(Saveset saveset)
    {
        using RepositoryReader reader = repository.Read();
        return [.. reader.Entries(saveset, default).Select(entry => entry.Path.ToString())];
    }

    private List<string> Problems(Saveset saveset)
    {
        using RepositoryReader reader = repository.Read();
        return [.. SavesetProblems.Read(reader.Nodes, reader.Savesets().Single(listed => listed.Name == saveset.Name)).Select(problem => problem.Text)];
    }
}
