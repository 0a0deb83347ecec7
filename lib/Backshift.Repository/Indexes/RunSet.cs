using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Objects;

namespace Backshift.Repository.Indexes;

/// <summary>All runs of a repository that no other run replaces, open.</summary>
internal sealed class RunSet : IDisposable
{
    private readonly RepositoryDirectory repository;
    private readonly Action<BackshiftException> damaged;
    private readonly List<RunReader> runs = [];

    private RunSet(RepositoryDirectory repository, Action<BackshiftException> damaged)
    {
        this.repository = repository;
        this.damaged = damaged;
    }

    internal IReadOnlyList<RunReader> Runs => runs;

    /// <summary>Opens the runs.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="damaged">Is told of a run that cannot be used; what it knows is found in the packs themselves.</param>
    internal static RunSet Open(RepositoryDirectory repository, Action<BackshiftException> damaged)
    {
        RunSet set = new(repository, damaged);
        set.Load();
        return set;
    }

    /// <summary>Opens a run that was published meanwhile.</summary>
    internal void Add(ObjectName name)
    {
        if (RunReader.TryOpen(repository, name) is { } run)
        {
            runs.Add(run);
            return;
        }

        // Another writer has joined it with others already.
        Dispose();
        Load();
    }

    private void Load()
    {
        // A run that is gone when it is to be opened was replaced after the listing; the one in its place is in the next. If a listing stays behind, the packs
        // themselves are asked for what it does not show.
        const int Listings = 10;
        for (int i = 0; i < Listings && !TryLoad(); i++)
        {
            if (i < Listings - 1)
            {
                Dispose();
            }
        }
    }

    private bool TryLoad()
    {
        bool complete = true;
        runs.Clear();
        Dictionary<ObjectName, RunReader> open = [];
        foreach (ObjectName name in Listed())
        {
            try
            {
                if (RunReader.TryOpen(repository, name) is { } run)
                {
                    open.Add(name, run);
                }
                else
                {
                    complete = false;
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
                runs.Add(run);
            }
        }

        return complete;
    }

    /// <summary>The names of all runs. An index that cannot be listed is one that is lost: the packs themselves are asked.</summary>
    private List<ObjectName> Listed()
    {
        try
        {
            return [.. repository.ListRuns()];
        }
        catch (BackshiftException e)
        {
            damaged(e);
            return [];
        }
    }

    /// <summary>Closes a run that another one replaces.</summary>
    internal void Remove(RunReader run)
    {
        runs.Remove(run);
        run.Dispose();
    }

    /// <summary>Gives up runs whose entries are damaged: what they know is found in the packs themselves. Reads all of them.</summary>
    internal void RemoveDamaged()
    {
        foreach (RunReader run in runs.ToArray())
        {
            if (run.Check() is { } damage)
            {
                damaged(new BackshiftException(ExitCode.DataError, $"run {run.Name}: {damage}"));
                Remove(run);
            }
        }
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

    public void Dispose()
    {
        runs.ForEach(run => run.Dispose());
        runs.Clear();
    }
}
