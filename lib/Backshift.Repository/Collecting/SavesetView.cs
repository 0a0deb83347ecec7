using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Collecting;

/// <summary>The savesets of a repository as one listing showed them.</summary>
/// <param name="Savesets">Those that could be read, superseded checkpoints included: one is listed again once what stands for it is deleted.</param>
/// <param name="Unreadable">The paths of savesets, and of directories of them, that could not be read.</param>
internal sealed record SavesetView(IReadOnlyList<Saveset> Savesets, IReadOnlyList<BytePath> Unreadable)
{
    /// <summary>Reads all savesets.</summary>
    /// <exception cref="Objects.StoreException">They cannot be listed.</exception>
    internal static SavesetView Of(RepositoryDirectory repository, Action<BackshiftException> warn)
    {
        List<Saveset> superseded = [];
        List<BytePath> unreadable = [];
        List<Saveset> savesets = SavesetCatalog.List(repository, warn, superseded, unreadable);
        return new SavesetView([.. savesets, .. superseded], unreadable);
    }

    /// <summary>The paths of the savesets for the roster of a condemned list: without checkpoints, which others delete.</summary>
    internal IReadOnlyList<string> Roster => [.. Savesets.Where(static saveset => saveset.Checkpoint == 0).Select(static saveset => saveset.Place.ToString())];

    /// <summary>Those of which an earlier view did not show, or not with their data, what is needed now.</summary>
    internal IReadOnlyList<Saveset> Since(SavesetView earlier)
    {
        Dictionary<BytePath, bool> known = [];
        foreach (Saveset saveset in earlier.Savesets)
        {
            known[saveset.Place] = saveset.DataExpired is null;
        }

        return [.. Savesets.Where(saveset => !known.TryGetValue(saveset.Place, out bool hadData) || (saveset.DataExpired is null && !hadData))];
    }

    /// <summary>The paths that savesets have, or would have if they were not expired, and those that renamed ones had.</summary>
    internal static HashSet<string> PathsOf(IEnumerable<Saveset> savesets)
    {
        HashSet<string> paths = [];
        foreach (Saveset saveset in savesets)
        {
            paths.Add(SavesetName.Below(ObjectType.Saveset, saveset.Place).ToString());
            paths.UnionWith(FormerNames.Of(saveset).Select(static place => place.ToString()));
        }

        return paths;
    }
}
