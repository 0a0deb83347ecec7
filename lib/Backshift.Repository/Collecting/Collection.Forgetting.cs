using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Intents;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Collecting;

/// <summary>Forgets savesets that were expired.</summary>
public sealed partial class Collection
{
    /// <summary>
    /// Deletes the records of expired savesets whose data has gone, with their tags. One that a list still names stays, since it tells why the saveset is
    /// missing, and so does one that can still be brought back.
    /// </summary>
    private void ForgetExpired(OwnIntent intent, List<Saveset> expired)
    {
        // One whose expiry was interrupted is still a saveset.
        List<Saveset> gone = expired.FindAll(saveset =>
            repository.Store.Exists(ObjectPath.Saveset(SavesetName.Below(ObjectType.Saveset, saveset.Place))) == false && IsListedByNow(saveset));
        if (gone.Count == 0 || IsAnotherCollectorAtWork(intent))
        {
            return;
        }

        List<ListedPacks> lists = CondemnedLists.Read(repository, Warn);
        HashSet<string> named = [.. lists.SelectMany(static list => list.Savesets)];
        HashSet<ObjectName> usable = [.. repository.ListPacks()];
        usable.ExceptWith(PacksOf(lists));
        using ChunkFinder finder = new(repository, Warn, isReader: true);
        using ChunkReader reader = new(finder, null, capacity: 8 << 20);
        foreach (Saveset saveset in gone)
        {
            if (!named.Overlaps(SavesetView.PathsOf([saveset])) && !CanBeBroughtBack(saveset, reader, usable))
            {
                TagsFiles.DeleteAll(repository, saveset);
                repository.Store.Delete(ObjectPath.Expired(saveset.Place));
                Counts.ForgottenSavesets++;
            }
        }
    }

    /// <summary>Whether a collector is at work that may have read a saveset before it was expired, and is about to name it in a list.</summary>
    private bool IsAnotherCollectorAtWork(OwnIntent intent)
    {
        bool isKnown = true;
        List<WriterState> states = WriterStates.Judge(repository, intent.Id, _ => isKnown = false);
        return !isKnown || states.Exists(static state => state is { Kind: IntentKind.Collect, IsOver: false });
    }

    private bool CanBeBroughtBack(Saveset saveset, ChunkReader reader, HashSet<ObjectName> usable)
    {
        if (!repository.ReadsPacks && saveset.Packs.List is not null)
        {
            return true;
        }

        try
        {
            return NamesOf(saveset, reader).All(usable.Contains);
        }
        catch (BackshiftException e) when (e is not StoreException)
        {
            // The list of its packs has gone with them.
            return false;
        }
    }
}
