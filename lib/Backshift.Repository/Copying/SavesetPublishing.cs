using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Condemning;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Copying;

/// <summary>
/// Publishes savesets, byte for byte, when everything is there that they need: first where the chunks are of packs that are not, then their tags, then they.
/// </summary>
internal sealed class SavesetPublishing
{
    private readonly CopySource source;
    private readonly CopyTarget target;
    private readonly IReadOnlySet<ObjectName> relied;
    private readonly TimeProvider clock;
    private readonly TagFollowing tags;

    /// <param name="source">Where they are.</param>
    /// <param name="target">Where they are to be.</param>
    /// <param name="relied">The packs there that hold everything that they need.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="tags">Publishes what was said of them.</param>
    internal SavesetPublishing(CopySource source, CopyTarget target, IReadOnlySet<ObjectName> relied, TimeProvider clock, TagFollowing tags)
    {
        this.source = source;
        this.target = target;
        this.relied = relied;
        this.clock = clock;
        this.tags = tags;
    }

    /// <summary>Notes, for packs that savesets name and that are not there, where their chunks are.</summary>
    /// <param name="savesets">The savesets.</param>
    /// <param name="fault">Receives each whose names cannot be read; it is taken out.</param>
    /// <exception cref="StoreException">It cannot be written.</exception>
    internal void NoteMoved(List<Saveset> savesets, Action<BackshiftException> fault)
    {
        HashSet<ObjectName> gone = [];
        savesets.RemoveAll(saveset => !TryAddGone(saveset, gone, fault));

        if (gone.Count == 0)
        {
            return;
        }

        HashSet<ObjectName> known = [.. gone];
        target.Moved.Follow(known);
        if (gone.All(target.Moved.Knows) && relied.All(known.Contains))
        {
            return;
        }

        // Between these packs and those stands a name that no pack has, so that not each of them lists all.
        MovedPacks noted = new();
        ObjectName all = ObjectName.Random();
        noted.Add(all, relied);
        foreach (ObjectName pack in gone)
        {
            noted.Add(pack, [all]);
        }

        try
        {
            noted.Publish(target.Directory, clock);
        }
        catch (StoreException e) when (e.Trouble == StoreTrouble.Refused)
        {
            // This program may only save there. A collector that reads trees finds out, and one that does not deletes nothing until then: unless a pack of this
            // name is there, so that it has no reason to look for the chunks elsewhere.
            ObjectName there = gone.FirstOrDefault(pack => target.Directory.Store.Exists(ObjectPath.Pack(pack)) != false);
            if (gone.Contains(there))
            {
                throw new BackshiftException(ExitCode.NotPermitted,
                    $"pack {there}: cannot be used there, what it held was copied anew, and this program may not write down where that is",
                    "run bs-copy with the right to collect there", e);
            }
        }
    }

    private bool TryAddGone(Saveset saveset, HashSet<ObjectName> gone, Action<BackshiftException> fault)
    {
        try
        {
            gone.UnionWith(NamedPacks.Of(source.Directory, saveset, source.Reader).Where(pack => !target.HasPack(pack)));
            return true;
        }
        catch (BackshiftException e) when (e is not StoreException)
        {
            fault(new BackshiftException(e.Code, $"{saveset.Name}: is not copied: the names of its packs cannot be read: {e.Message}", e.Hint, e));
            return false;
        }
    }

    /// <summary>Publishes a saveset.</summary>
    /// <param name="saveset">The saveset, with what was said of it.</param>
    /// <param name="wasExpired">Whether it was expired there, and is to come back.</param>
    /// <exception cref="BackshiftException">It cannot be copied as it is, or was withdrawn.</exception>
    /// <exception cref="StoreException">It cannot be read, or not be written.</exception>
    internal void Publish(Saveset saveset, bool wasExpired)
    {
        if (saveset.HasUnreadableTags)
        {
            throw new BackshiftException(ExitCode.DataError, $"{saveset.Name}: its tags cannot be read, so they would not go along", "bs-tag sets them anew");
        }

        ObjectPath path = ObjectPath.Saveset(saveset.Place);
        byte[] bytes = SmallObject.TryReadBytes(source.Directory.Store, path, $"saveset {saveset.Name}", out _)
            ?? throw new BackshiftException(ExitCode.NoInput, $"{saveset.Name}: was deleted or renamed meanwhile");
        tags.Prepare(saveset);
        IObjectStore store = target.Directory.Store;
        if (!store.TryPublish(path, bytes)
            && SmallObject.TryReadBytes(store, path, $"saveset {saveset.Name}", out _)?.AsSpan().SequenceEqual(bytes) != true)
        {
            throw new BackshiftException(ExitCode.CannotCreate, $"{saveset.Name}: there is another saveset of this name by now");
        }

        store.VerifyPlace(path);
        VerifyFence(saveset, path, bytes);
        if (wasExpired)
        {
            store.Delete(ObjectPath.Expired(SavesetName.Below(ObjectType.Expired, saveset.Place)));
        }
    }

    /// <summary>As a save does: a process that was suspended for days finds out here that it was taken for dead.</summary>
    private void VerifyFence(Saveset saveset, ObjectPath path, byte[] bytes)
    {
        if (!target.Store.Intent.MayBeFenced())
        {
            return;
        }

        string how;
        try
        {
            if (target.Directory.Lag.IsPossible)
            {
                how = "listings may not show yet what is being deleted";
            }
            else if (target.Store.Intent.FindLost(relied) is { } lost)
            {
                how = $"pack {lost}, which it needs, has been deleted or is about to be";
            }
            else
            {
                return;
            }
        }
        catch (BackshiftException e)
        {
            how = $"it cannot be told what is being deleted: {e.Message}";
        }

        // A collector may have read it: so it is recorded as expired, or it would be missing from then on.
        target.Directory.Store.TryPublish(ObjectPath.Expired(SavesetName.Below(ObjectType.Expired, saveset.Place)), bytes);
        target.Directory.Store.Delete(path);
        throw new BackshiftException(ExitCode.Busy,
            $"saveset {saveset.Name} is not copied: this program was silent for so long that a collection took it for dead, and {how}",
            "name it to copy it again");
    }
}
