using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Saving;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Tests;

/// <summary>A clock that was wrong once does not decide for all savesets that follow.</summary>
public sealed class ClockTests : IDisposable
{
    private const long Now = 1_795_424_645;

    private readonly ScratchRepository repository = new();
    private readonly List<string> said = [];

    [Fact]
    public void A_saveset_from_the_future_is_not_the_latest()
    {
        Publish(Now - 100);
        Publish(Now + (400L * 86400));
        Assert.Equal(Now - 100, Find("h@latest").Started.Seconds);
        Assert.Contains("starts in the future", Assert.Single(said), StringComparison.Ordinal);
        Assert.Equal(Now + (400L * 86400), Find("h@2027").Started.Seconds);
    }

    [Fact]
    public void A_day_is_no_future()
    {
        Publish(Now - 100);
        Publish(Now + 86400);
        Assert.Equal(Now + 86400, Find("h@latest").Started.Seconds);
        Assert.Empty(said);
    }

    [Fact]
    public void Where_there_is_nothing_but_the_future_its_latest_is_taken()
    {
        Publish(Now + (400L * 86400));
        Assert.Equal(Now + (400L * 86400), Find("@latest").Started.Seconds);
        Assert.Empty(said);
    }

    [Fact]
    public void A_saveset_from_the_future_is_no_base()
    {
        Publish(Now - 100);
        Publish(Now + (400L * 86400));
        List<Saveset> all = SavesetCatalog.List(repository.Directory, static e => throw e);
        Assert.Equal([Now - 100], BaseChoice.Of(all, "h", null, new Clock(), said.Add).Select(static saveset => saveset.Started.Seconds));
        Assert.Single(said);
    }

    [Fact]
    public void A_name_that_is_taken_is_noticed_before_the_work()
    {
        using RepositoryWriter writer = repository.Write();
        // Three forms of the time, and one with the identity of the save.
        for (int i = 0; i < 4; i++)
        {
            using SavesetSink sink = Begin(writer);
            sink.PublishComplete();
        }

        BackshiftException taken = Assert.Throws<BackshiftException>(() => Begin(writer));
        Assert.Equal(ExitCode.CannotCreate, taken.Code);
    }

    public void Dispose() => repository.Dispose();

    private SavesetSink Begin(RepositoryWriter writer)
    {
        SavesetSink sink = writer.Record(new SavesetOptions("h", null, new UnixTime(Now, 0), Deltas: false, "test 1"), said.Add, new Clock());
        sink.Begin(new BeginRecord { Save = new byte[StreamLimits.Save] });
        return sink;
    }

    private Saveset Find(string name) => SavesetCatalog.Find(repository.Directory, name, new Clock(), e => said.Add(e.Message));

    private void Publish(long started) => repository.Store(chunks =>
    {
        using SavesetWriter writer = new(repository.Directory, chunks);
        writer.StartEntry(new EntryRecord { Path = BytePath.Of("a"), Type = EntryType.Directory });
        return writer.Publish(new Saveset { Host = "h", Started = new UnixTime(started, 0), Program = "test", Complete = true }, new Clock());
    });

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(Now);
    }
}
