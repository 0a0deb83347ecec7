using Backshift.Objects;
using Backshift.Posix;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;

namespace Backshift.Testing.Model;

/// <summary>What a process is shown that does not follow a rule of the protocol.</summary>
internal sealed partial class StoreView
{
    private readonly Dictionary<ObjectType, List<ObjectPath>> first = [];
    private readonly Dictionary<ObjectPath, byte[]> heldBack = [];
    private HashSet<ObjectPath>? packsAtFence;
    private bool hasPublishedPack;
    private bool hasPublishedSaveset;
    private bool hasPublishedExpired;
    private bool hasPublishedMoved;

    private bool IsSaver => process.Kind == ProcessKind.Saver;

    private bool IsCollector => process.Kind == ProcessKind.Collector;

    /// <summary>When an object was received, as the process is told.</summary>
    private long ReceivedOf(SharedObject found)
    {
        bool isNote = dropped == DroppedRule.SecondGrace && found.Path.Type == ObjectType.Condemned && ModelLists.Parse(found).Reason == CondemnedList.Known;
        bool isFence = dropped == DroppedRule.FenceAge && found.Path.Type == ObjectType.Intent && IsFence(found.Path);
        bool isMark = dropped == DroppedRule.NewMark && found.Path == ListingLag.Since;
        return found.Published - (isNote || isFence || isMark ? TimeSpan.TicksPerDay : 0);
    }

    private static bool IsFence(ObjectPath path) => path.Path.Name is [.., (byte)'!'];

    private bool? ExistsFor(ObjectPath path)
    {
        bool truth = store.Find(path) is not null;
        if (path == ListingLag.Mark && (dropped == DroppedRule.Grace || (dropped == DroppedRule.LagMark && process.IsNear)))
        {
            return false;
        }

        if (dropped == DroppedRule.UndoLook && process.Kind == ProcessKind.Expirer && hasPublishedSaveset && path.Type == ObjectType.Pack)
        {
            return true;
        }

        if (!IsSaver)
        {
            bool isBlind = dropped == DroppedRule.KnownNames || (dropped == DroppedRule.ListsAfterRecord && hasPublishedMoved);
            return truth || (IsCollector && isBlind && path.Type == ObjectType.Pack);
        }

        bool isIntent = path.Type == ObjectType.Intent;
        switch (dropped)
        {
            case DroppedRule.FenceLook when isIntent:
                return !IsFence(path);
            case DroppedRule.OwnIntentLook or DroppedRule.Intent or DroppedRule.IntentFirst or DroppedRule.EarlierIntents when isIntent && !IsFence(path):
                return true;
            case DroppedRule.RenewalLook when isIntent && !hasPublishedSaveset:
                return !IsFence(path);
            case DroppedRule.ListsBeforePacks when isIntent && IsFence(path):
                packsAtFence = [.. store.All(ObjectType.Pack).Select(static one => one.Path)];
                return truth;
            case DroppedRule.ListsBeforePacks when path.Type == ObjectType.Pack && packsAtFence is not null && hasPublishedSaveset:
                return packsAtFence.Contains(path);
            default:
                return truth;
        }
    }

    private bool Publish(ObjectPath path, byte[] bytes, bool isHeld)
    {
        if (IsSaver && path.Type == ObjectType.Intent && (dropped == DroppedRule.Intent || (dropped == DroppedRule.IntentFirst && !hasPublishedPack)))
        {
            heldBack[path] = bytes;
            return true;
        }

        if (IsCollector && dropped == DroppedRule.DeletedList && path.Type == ObjectType.Condemned && process.DeletedPacks > 0)
        {
            return true;
        }

        if (dropped == DroppedRule.MovedRecord && path.Type == ObjectType.Moved)
        {
            return true;
        }

        if (path.Type == ObjectType.Pack && dropped == DroppedRule.IntentFirst)
        {
            hasPublishedPack = true;
            foreach ((ObjectPath intent, byte[] content) in heldBack)
            {
                store.Add(intent, content, process, isHeld: true);
            }

            heldBack.Clear();
        }

        if (IsSaver && dropped == DroppedRule.EarlierIntents && path.Type == ObjectType.Intent
            && IntentPath.TryParse(path.Path.Name, out ObjectName id, out long number) && number > 1)
        {
            store.Remove(ObjectPath.Intent(id, number - 1), process);
        }

        hasPublishedSaveset |= path.Type == ObjectType.Saveset;
        hasPublishedExpired |= path.Type == ObjectType.Expired;
        hasPublishedMoved |= path.Type == ObjectType.Moved;
        return store.Add(path, bytes, process, isHeld) is not null;
    }

    private void Remove(ObjectPath path)
    {
        if (heldBack.Remove(path))
        {
            return;
        }

        store.Remove(path, process);
    }

    /// <summary>What a listing shows to a collector that does not look again.</summary>
    private IEnumerable<ObjectPath> Lie(ObjectType type, BytePath part, IEnumerable<ObjectPath> names)
    {
        switch (dropped, type)
        {
            case (DroppedRule.UndoLook, ObjectType.Condemned) when process.Kind == ProcessKind.Expirer && hasPublishedSaveset:
            case (DroppedRule.HoldLook, ObjectType.Tags) when process.Kind == ProcessKind.Expirer && hasPublishedExpired:
                return [];
        }

        if (!IsCollector || !first.TryGetValue(type, out List<ObjectPath>? then))
        {
            return names;
        }

        return (dropped, type) switch
        {
            (DroppedRule.IntentsAfterLists, ObjectType.Intent) => then,
            (DroppedRule.SavesetsAgain or DroppedRule.NamesAgain, ObjectType.Saveset) or (DroppedRule.PacksAgain, ObjectType.Pack) =>
                then.Where(path => PartOf(path) == part),
            (DroppedRule.ListsAfterRecord, ObjectType.Condemned) when hasPublishedMoved => then,
            (DroppedRule.ListsAgain, ObjectType.Condemned) => names.Where(path => then.Contains(path) || store.Find(path)?.Writer == process),
            _ => names,
        };
    }

    private void EndListing(ObjectType type, HashSet<ObjectPath> shown)
    {
        first.TryAdd(type, [.. shown]);
        if (type == ObjectType.Saveset)
        {
            rosters.Clear();
        }
    }
}
