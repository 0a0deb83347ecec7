using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Marking;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Collecting;

/// <summary>Whether it is known what savesets need: if not, nothing is deleted.</summary>
public sealed partial class Collection
{
    /// <summary>Refuses to go on where a listing of savesets cannot be right, or not all can be read.</summary>
    private void CheckView(SavesetView view, IReadOnlyList<ListedPacks> lists, int packs)
    {
        if (view.Unreadable.Count > 0 && !options.PassOverUnreadable)
        {
            throw new BackshiftException(ExitCode.DataError,
                $"{repository.Root}: {view.Unreadable.Count} savesets cannot be read, so it is not known what they need: nothing is deleted",
                "repair or expire them; or give --pass-over-unreadable, and what only they need is deleted");
        }

        if (view.Savesets.Count == 0 && packs > 0 && !options.Everything)
        {
            throw new BackshiftException(ExitCode.DataError, $"{repository.Root}: there is no saveset, so all {packs} packs would be deleted",
                "give --everything if that is what you want");
        }

        HashSet<string> shown = SavesetView.PathsOf(view.Savesets);
        HashSet<string>? expired = null;
        shown.UnionWith(options.Missing);
        foreach (ListedPacks list in lists)
        {
            // One that was renamed first has its record under the later name.
            if (list.Savesets.FirstOrDefault(path => !shown.Contains(path) && !IsExpired(path)
                    && !(expired ??= SavesetView.PathsOf(SavesetCatalog.ListExpired(repository, Warn))).Contains(path)) is { } missing

                // A collector that took this one for dead may have deleted the list since it was read, and then the record that the saveset was expired.
                && repository.Store.Exists(ObjectPath.CondemnedList(list.Name)) != false)
            {
                throw new BackshiftException(ExitCode.DataError,
                    $"{repository.Root}: {missing} was there in an earlier collection, and is neither listed nor expired: nothing is deleted",
                    $"if it was deleted on purpose, give --missing {missing}");
            }
        }
    }

    /// <summary>Whether a saveset that is not listed has been expired.</summary>
    private bool IsExpired(string path) =>
        repository.Store.Exists(ObjectPath.Expired(SavesetName.Below(ObjectType.Expired, BytePath.Of(path)))) != false;

    /// <summary>
    /// The packs that a saveset names of which a node cannot be read. They are kept whole: with them it can be repaired. But a name is of use only as long as
    /// its pack is there, and collections change the packs.
    /// </summary>
    /// <exception cref="BackshiftException">Some are gone: it is not known what the saveset needs.</exception>
    private HashSet<ObjectName> KeptWhole(NeededChunks needed, HashSet<ObjectName> condemned)
    {
        HashSet<ObjectName> kept = [];
        if (needed.IsComplete || options.PassOverUnreadable)
        {
            return kept;
        }

        using ChunkFinder finder = new(repository, Warn, isReader: true);
        using ChunkReader reader = new(finder, null, capacity: 8 << 20);
        foreach (Saveset saveset in needed.Incomplete)
        {
            foreach (ObjectName pack in NamesOf(saveset, reader))
            {
                if (condemned.Contains(pack) || repository.Store.Exists(ObjectPath.Pack(pack)) != true)
                {
                    throw Unknown(saveset, $"pack {pack}, which it needed when it was saved, is gone");
                }

                kept.Add(pack);
            }
        }

        return kept;
    }

    private List<ObjectName> NamesOf(Saveset saveset, ChunkReader reader)
    {
        if (saveset.Packs.Count == 0)
        {
            throw Unknown(saveset, "it does not name its packs");
        }

        try
        {
            return [.. NamedPacks.Of(repository, saveset, reader)];
        }
        catch (BackshiftException e) when (e is not StoreException)
        {
            throw Unknown(saveset, $"the list of its packs cannot be read: {e.Message}");
        }
    }

    private static BackshiftException Unknown(Saveset saveset, string why) => new(ExitCode.DataError,
        $"saveset {saveset.Name}: a node of it cannot be read, and {why}: it is not known what it needs, and nothing is deleted",
        "repair or expire it; or give --pass-over-unreadable, and what only it needs is deleted");
}
