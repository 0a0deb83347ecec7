using Backshift.Objects;
using Backshift.Posix;
using Backshift.Repository.Configuration;
using Backshift.Repository.Copying;
using Backshift.Repository.Savesets;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Tests;

/// <summary>A repository, and another one that copies of its savesets go into.</summary>
public abstract class CopyFixture() : DeltaFixture(length: 60_000), IDisposable
{
    private protected ScratchRepository Other { get; } = new();

    private protected List<string> Warned { get; } = [];

    private protected CopyWatch Watch { get; set; } = new();

    public new void Dispose()
    {
        Other.Dispose();
        base.Dispose();
    }

    private protected CopyCounts CopyAll(CopyOptions? options = null) => Run(Scratch.Directory, Other.Directory, options);

    private protected CopyCounts Run(RepositoryDirectory from, RepositoryDirectory to, CopyOptions? options = null)
    {
        using WorkerPool workers = new(1);
        RepositoryCopy copy = new(from, to, workers, options ?? new CopyOptions(), trouble => Warned.Add(trouble.Message), Watch, TimeProvider.System,
            CancellationToken.None);
        copy.Run(static () => [], static _ => { });
        return copy.Counts;
    }

    private protected void AssertCopied(IReadOnlyList<Saveset> savesets)
    {
        foreach (Saveset saveset in savesets)
        {
            AssertReadable(Other, saveset);
        }

        using WorkerPool workers = new(1);
        List<string> found = [];
        using Checking.RepositoryCheck check = new(Other.Directory, workers, finding => found.Add(finding.ToString()));
        check.Run(readData: true, CancellationToken.None);
        Assert.Empty(found);
    }

    private protected static void Tag(ScratchRepository repository, Saveset saveset, Func<SavesetTags, SavesetTags> change) =>
        TagsFiles.Change(repository.Directory, saveset with { TagsNumber = 0 }, UnixTime.Now(TimeProvider.System), change, static e => throw e);

    private protected static List<Saveset> Savesets(ScratchRepository repository) => SavesetCatalog.List(repository.Directory, static e => throw e);

    private protected static Saveset Single(ScratchRepository repository) => SavesetCatalog.List(repository.Directory, static e => throw e).Single();

    private protected static List<string> Names(ScratchRepository repository, ObjectType type) =>
        [.. repository.Directory.Store.List(type).Select(static path => path.Path.ToString()).Order()];
}
