using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Configuration;
using Backshift.Repository.Indexes;
using Backshift.Repository.Saving;

namespace Backshift.Scale.Measuring;

/// <summary>What programs do before they do anything.</summary>
internal static class Opening
{
    internal static IEnumerable<Figure> Size(ScaleOptions options)
    {
        using RepositoryDirectory repository = Repository(options);
        using RunSet runs = RunSet.Open(repository, Fail);
        yield return new Figure("chunks of contents", $"{options.Chunks:n0}");
        yield return new Figure("entries of the index", $"{runs.Runs.Sum(static run => run.Count):n0}");
        yield return new Figure("runs", $"{runs.Runs.Count}");
        yield return new Figure("packs", $"{repository.ListPacks().Count():n0}");
    }

    internal static IEnumerable<Figure> Start(ScaleOptions options)
    {
        yield return Figure.Of("opening nothing but the configuration", Spent.On(() => Repository(options).Dispose()));
    }

    internal static IEnumerable<Figure> ForSaving(ScaleOptions options)
    {
        using RepositoryDirectory repository = Repository(options);
        RepositoryWriter? writer = null;
        yield return Figure.Of("opening for a save: the index, packs that no run names", Spent.On(() => writer = RepositoryWriter.Open(repository, Fail)));
        using (writer)
        {
            SavesetOptions saveset = new(Layout.NameOf(1 % options.Hosts), null, null, Deltas: true, "Backshift.Scale 1");
            using SavesetSink sink = writer!.Record(saveset, static _ => { }, TimeProvider.System);
            yield return Figure.Of("and the savesets of its host, the base among them", Spent.On(() => sink.Begin(new BeginRecord())));
        }
    }

    internal static IEnumerable<Figure> ForReading(ScaleOptions options)
    {
        using RepositoryReader reader = RepositoryReader.Open(BytePath.Of(options.Repository), Fail);
        string name = Layout.NameOf(options.Hosts - 1);
        yield return Figure.Of("opening for reading, up to the first entry of HOST@latest",
            Spent.On(() => _ = reader.Entries(reader.Find($"{name}@latest"), default).First()));
    }

    internal static IEnumerable<Figure> ListHost(ScaleOptions options)
    {
        using RepositoryReader reader = RepositoryReader.Open(BytePath.Of(options.Repository), Fail);
        int count = 0;
        Spent spent = Spent.On(() => count = reader.Savesets(Layout.NameOf(0), null).Count);
        yield return Figure.Of($"listing the {count} savesets of a host", spent);
    }

    internal static IEnumerable<Figure> ListAll(ScaleOptions options)
    {
        using RepositoryReader reader = RepositoryReader.Open(BytePath.Of(options.Repository), Fail);
        int count = 0;
        Spent spent = Spent.On(() => count = reader.Savesets().Count);
        yield return Figure.Of($"listing all {count:n0} savesets", spent);
    }

    internal static IEnumerable<Figure> FindUnindexed(ScaleOptions options)
    {
        using RepositoryDirectory repository = Repository(options);
        using RunSet runs = RunSet.Open(repository, Fail);
        List<ObjectName> found = [];
        Spent spent = Spent.On(() => found = runs.UnindexedPacks());
        if (found.Count > 0)
        {
            throw new InvalidOperationException($"{found.Count} packs are in no run");
        }

        yield return Figure.Of("finding packs that no run names", spent);
    }

    internal static RepositoryDirectory Repository(ScaleOptions options) => RepositoryDirectory.Open(BytePath.Of(options.Repository));

    /// <summary>For a repository of which nothing is damaged.</summary>
    internal static void Fail(BackshiftException trouble) => throw trouble;
}
