using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Saving;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Tests;

/// <summary>An earlier saveset does not pass for a later one that cannot be read.</summary>
public sealed class UnreadableSavesetTests : IDisposable
{
    // 2026-11-23T09:04:05Z.
    private const long Now = 1_795_424_645;

    private readonly ScratchRepository repository = new();
    private readonly List<string> said = [];

    [Fact]
    public void The_latest_is_refused_where_a_later_one_cannot_be_read()
    {
        Publish("h", Now - 200);
        Spoil(Publish("h", Now - 100));
        Assert.Contains("20261123T090225Z, which cannot be read", Assert.Throws<BackshiftException>(() => Find("h@latest")).Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.DataError, Assert.Throws<BackshiftException>(() => Find("@latest")).Code);
        Assert.Equal(Now - 200, Find("h@20261123T090045Z").Started.Seconds);
        Assert.Equal(3, said.Count);
    }

    [Fact]
    public void One_that_is_earlier_or_of_another_host_or_subset_or_from_the_future_or_a_checkpoint_does_not_matter()
    {
        Spoil(Publish("h", Now - 300));
        Publish("h", Now - 200);
        Spoil(Publish("i", Now - 100));
        Spoil(Publish("h", Now - 100, "sub"));
        Spoil(Publish("h", Now + (400L * 86400)));
        repository.Put(BytePath.Of("savesets/h/20261123T090405Z~1"), [1, 2, 3]);
        Assert.Equal(Now - 200, Find("h@latest").Started.Seconds);
        Assert.Throws<BackshiftException>(() => Find("@latest"));
        Assert.Throws<BackshiftException>(() => Find("h@latest~1"));
    }

    [Fact]
    public void One_before_the_latest_is_refused_only_where_the_count_is_not_certain()
    {
        Publish("h", Now - 300);
        Spoil(Publish("h", Now - 200));
        Publish("h", Now - 100);
        Assert.Equal(Now - 100, Find("h@latest").Started.Seconds);
        Assert.Throws<BackshiftException>(() => Find("h@latest~1"));
    }

    [Fact]
    public void The_beginning_of_a_time_is_refused_where_it_is_that_of_one_that_cannot_be_read()
    {
        Publish("h", Now - 86400);
        Spoil(Publish("h", Now));
        Assert.Throws<BackshiftException>(() => Find("h@202611"));
        Assert.Equal(Now - 86400, Find("h@20261122").Started.Seconds);
        Assert.Equal(Now - 86400, Find("h@2026-11-22T09:04:05Z").Started.Seconds);
    }

    public void Dispose() => repository.Dispose();

    private BytePath Publish(string host, long started, string? subset = null)
    {
        using RepositoryWriter writer = repository.Write();
        using SavesetSink sink =
            writer.Record(new SavesetOptions(host, subset, new UnixTime(started, 0), Deltas: false, "test 1"), static _ => { }, TimeProvider.System);
        sink.Begin(new BeginRecord());
        return sink.PublishComplete().Place;
    }

    private void Spoil(BytePath place) => repository.Spoil(place);

    private Saveset Find(string name) => SavesetCatalog.Find(repository.Directory, name, new Clock(), e => said.Add(e.Message));

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(Now);
    }
}
