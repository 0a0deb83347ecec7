using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Packs;

namespace Backshift.Testing.Model;

/// <summary>The objects that all processes of a schedule share, in memory, and the clock by which they are dated.</summary>
internal sealed class SharedStore
{
    // A time in 2026, so that the calendar is that of savesets.
    private static readonly long Epoch = new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero).UtcTicks;

    private readonly Lock gate = new();
    private readonly Dictionary<BytePath, SharedObject> objects = [];
    private readonly List<SharedObject> deleted = [];
    private readonly Dictionary<Digest, int> copies = [];
    private readonly Dictionary<LeaseKind, ModelProcess> leases = [];

    /// <summary>Ticks since the schedule began.</summary>
    internal long Now { get; private set; } = Epoch;

    /// <summary>Is told of what was deleted, while it is done.</summary>
    internal Action<SharedObject, ModelProcess>? Removed { get; set; }

    /// <summary>Is told of what was published, while it is done.</summary>
    internal Action<SharedObject>? Added { get; set; }

    internal void Pass(long ticks) => Now += ticks;

    internal SharedObject? Find(ObjectPath path)
    {
        lock (gate)
        {
            return objects.GetValueOrDefault(path.Path);
        }
    }

    /// <summary>All that is there of a type, in the order of the names.</summary>
    internal List<SharedObject> All(ObjectType type)
    {
        lock (gate)
        {
            return [.. objects.Values.Where(one => one.Path.Type == type).OrderBy(static one => one.Path.Path)];
        }
    }

    /// <summary>What was deleted since a time.</summary>
    internal List<SharedObject> DeletedSince(ObjectType type, long time)
    {
        lock (gate)
        {
            return [.. deleted.Where(one => one.Path.Type == type && one.Deleted >= time).OrderBy(static one => one.Path.Path)];
        }
    }

    /// <returns>Null if the name is taken.</returns>
    internal SharedObject? Add(ObjectPath path, byte[] bytes, ModelProcess writer, bool isHeld)
    {
        lock (gate)
        {
            SharedObject added = new(path, bytes, Now, writer) { IsHeld = isHeld };
            if (!objects.TryAdd(path.Path, added))
            {
                return null;
            }

            Count(added, 1);
            Added?.Invoke(added);
            return added;
        }
    }

    internal void Remove(ObjectPath path, ModelProcess by)
    {
        lock (gate)
        {
            if (objects.Remove(path.Path, out SharedObject? removed))
            {
                removed.Deleted = Now;
                deleted.Add(removed);
                Count(removed, -1);
                Removed?.Invoke(removed, by);
            }
        }
    }

    /// <summary>The paths of all savesets that were ever published.</summary>
    internal HashSet<string> EverSaved() =>
        [.. All(ObjectType.Saveset).Concat(DeletedSince(ObjectType.Saveset, 0)).Select(static one => one.Path.Path.ToString())];

    /// <summary>How many deltas were ever published.</summary>
    internal long Deltas { get; private set; }

    /// <summary>Whether a chunk lies in any pack.</summary>
    internal bool HasChunk(Digest digest) => copies.GetValueOrDefault(digest) > 0;

    internal bool TryLease(LeaseKind kind, ModelProcess process)
    {
        lock (gate)
        {
            if (leases.TryGetValue(kind, out ModelProcess? holder) && !holder.IsOver && holder != process)
            {
                return false;
            }

            leases[kind] = process;
            return true;
        }
    }

    internal void EndLease(LeaseKind kind, ModelProcess process)
    {
        lock (gate)
        {
            if (leases.GetValueOrDefault(kind) == process)
            {
                leases.Remove(kind);
            }
        }
    }

    private void Count(SharedObject pack, int by)
    {
        if (pack.Path.Type != ObjectType.Pack)
        {
            return;
        }

        PackDirectory directory = PackDirectory.Read(new SharedFile(pack, pack.Published, static () => { }), [], pack.Path.Name);
        for (int block = 0; by > 0 && block < directory.BlockCount; block++)
        {
            Deltas += directory.Block(block).Prefixes > 0 ? 1 : 0;
        }

        for (int slot = 0; slot < directory.ChunkCount; slot++)
        {
            Digest digest = directory.DigestAt(slot);
            copies[digest] = copies.GetValueOrDefault(digest) + by;
        }
    }
}
