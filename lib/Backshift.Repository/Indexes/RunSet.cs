using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Objects;

namespace Backshift.Repository.Indexes;

/// <summary>All runs of a repository that no other run replaces, open.</summary>
internal sealed class RunSet : IDisposable
{
    private readonly RepositoryDirectory repository;
    private readonly List<RunReader> runs = [];

    private RunSet(RepositoryDirectory repository) => this.repository = repository;

    internal IReadOnlyList<RunReader> Runs => runs;

    /// <summary>Opens the runs.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="damaged">Is told of a run that cannot be used; what it knows is found in the packs themselves.</param>
    internal static RunSet Open(RepositoryDirectory repository, Action<BackshiftException> damaged)
    {
        RunSet set = new(repository);
        Dictionary<ObjectName, RunReader> open = [];
        foreach (ObjectName name in repository.ListRuns())
        {
            try
            {
                RunReader? run = RunReader.TryOpen(repository.Root, name);
                if (run is not null)
                {
                    open.Add(name, run);
                }
            }
            catch (BackshiftException e)
            {
                damaged(e);
            }
        }

        HashSet<ObjectName> replaced = [.. open.Values.SelectMany(run => run.Replaced)];
        foreach ((ObjectName name, RunReader run) in open)
        {
            if (replaced.Contains(name))
            {
                run.Dispose();
            }
            else
            {
                set.runs.Add(run);
            }
        }

        return set;
    }

    /// <summary>Opens a run that was published meanwhile.</summary>
    internal void Add(ObjectName name) =>
        runs.Add(RunReader.TryOpen(repository.Root, name) ?? throw new BackshiftException(ExitCode.DataError, $"run {name}: is gone right after it was published"));

    /// <summary>Closes a run that another one replaces.</summary>
    internal void Remove(RunReader run)
    {
        runs.Remove(run);
        run.Dispose();
    }

    /// <summary>The places that the runs give for a digest; each still has to be checked.</summary>
    internal void Find(Digest digest, List<Place> found)
    {
        found.Clear();
        foreach (RunReader run in runs)
        {
            run.Find(digest.Prefix, found);
        }
    }

    /// <summary>The packs that a listing shows and no run names.</summary>
    /// <exception cref="UnixException">A directory cannot be read.</exception>
    internal List<ObjectName> UnindexedPacks()
    {
        HashSet<ObjectName> known = [.. runs.SelectMany(run => run.Packs)];
        return [.. repository.ListPacks().Where(pack => !known.Contains(pack))];
    }

    public void Dispose() => runs.ForEach(run => run.Dispose());
}
