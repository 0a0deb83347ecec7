using System.Buffers.Binary;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
using Backshift.Repository.Marking;
using Backshift.Repository.Packs;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Collecting;

/// <summary>
/// Stores what is needed of old packs once more: in the order of paths, so that versions of a file lie together, in long blocks, compressed hard, and without
/// deltas. It only adds; that the old packs can be emptied then is found out by who empties them, chunk for chunk.
/// </summary>
internal sealed class Recompression
{
    private readonly RecompressionPlan plan;
    private readonly NeededChunks needed;
    private readonly ChunkStore store;
    private readonly ChunkReader reader;
    private readonly CancellationToken cancel;

    /// <param name="plan">What is recompressed.</param>
    /// <param name="needed">What is needed.</param>
    /// <param name="store">Takes it; the packs of the plan count as absent for it, and its blocks are long ones.</param>
    /// <param name="reader">Reads chunks, by the finder of the store.</param>
    /// <param name="cancel">Ends it between two chunks.</param>
    internal Recompression(RecompressionPlan plan, NeededChunks needed, ChunkStore store, ChunkReader reader, CancellationToken cancel)
    {
        this.plan = plan;
        this.needed = needed;
        this.store = store;
        this.reader = reader;
        this.cancel = cancel;
    }

    /// <summary>Sorts the chunks that are to be stored by the path of a file that has them, and by where in it they are.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="savesets">All savesets.</param>
    /// <param name="condemned">Packs that count as absent.</param>
    /// <param name="plan">What is recompressed.</param>
    /// <param name="needed">What is needed.</param>
    /// <param name="sorter">Takes them.</param>
    /// <param name="cancel">Ends it between two nodes.</param>
    internal static void Sort(RepositoryDirectory repository, IReadOnlyList<Saveset> savesets, IReadOnlySet<ObjectName> condemned, RecompressionPlan plan,
        NeededChunks needed, EntrySorter sorter, CancellationToken cancel)
    {
        const int Numbers = 2 * sizeof(long);
        Dictionary<ObjectName, SlotBits> seen = [];
        Marker.Mark(repository, savesets, condemned, static _ => { }, cancel, (path, offset, digest, place) =>
        {
            PackDirectory directory = place.Pack.Directory;
            if (!plan.Packs.Contains(directory.Name) || !needed.Contains(directory.Name, place.Slot) || plan.Pinned.Contains(directory.Name, place.Slot))
            {
                return;
            }

            if (!seen.TryGetValue(directory.Name, out SlotBits? bits))
            {
                bits = new SlotBits(directory.ChunkCount);
                seen.Add(directory.Name, bits);
            }

            if (bits.Add(place.Slot))
            {
                // The offset and not the order of the walk, so that versions of a large file lie beside each other; the count makes each unique.
                byte[] key = [.. path.Span, 0, .. new byte[Numbers]];
                BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(key.Length - Numbers), offset);
                BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(key.Length - sizeof(long)), sorter.Count);
                byte[] item = new byte[Digest.Size];
                digest.CopyTo(item);
                sorter.Add(key, item);
            }
        });
    }

    /// <summary>Stores the chunks, and takes the marks from what only deltas needed that are stored plainly now.</summary>
    /// <param name="sorter">The chunks in order.</param>
    /// <param name="report">Receives what cannot be read: it is left to who empties the packs.</param>
    /// <exception cref="StoreException">Something cannot be written.</exception>
    internal void Run(EntrySorter sorter, Action<string> report)
    {
        const int RenewEvery = 1024;
        long count = 0;
        using (EntryCursor chunks = sorter.Open())
        {
            while (chunks.MoveNext())
            {
                cancel.ThrowIfCancellationRequested();
                if (++count % RenewEvery == 0)
                {
                    Housekeeping.Do("the intent of this collection cannot be renewed", trouble => report(trouble.Message), store.Intent.RenewIfDue);
                }

                Digest digest = new(chunks.Item);
                try
                {
                    ReadOnlyMemory<byte> content = reader.Read(digest);
                    store.Add(digest, content.Span);
                }
                catch (BackshiftException e) when (e is not StoreException && e.Code == ExitCode.DataError)
                {
                    report($"chunk {digest} cannot be recompressed: {e.Message}");
                }
            }
        }

        store.Publish();
        ReleasePrefixes();
    }

    /// <summary>
    /// Takes the marks from chunks of the packs which only deltas in the packs needed, if each of these is stored plainly now. Otherwise all marks stay: what
    /// is not needed any longer goes with the next collection.
    /// </summary>
    private void ReleasePrefixes()
    {
        bool isPlain = TryEach((directory, marks, slot) => marks.IsLonePrefix(slot) || directory.Block(directory.BlockOf(slot)).Prefixes == 0
            || store.Stored.HoldsSound(directory.DigestAt(slot), 1));
        if (isPlain)
        {
            _ = TryEach((directory, marks, slot) =>
            {
                if (marks.IsLonePrefix(slot))
                {
                    marks.Remove(slot, directory.SizeAt(slot));
                }

                return true;
            });
        }
    }

    /// <summary>Goes through the chunks that are needed and were not to stay in short blocks.</summary>
    /// <returns>False if a pack cannot be opened, or as soon as the answer for one chunk is false.</returns>
    private bool TryEach(Func<PackDirectory, PackMarks, int, bool> take)
    {
        foreach (ObjectName name in plan.Packs)
        {
            cancel.ThrowIfCancellationRequested();
            if (store.Finder.Shelf.TryOpen(name) is not { } pack || needed.Of(name) is not { } marks)
            {
                return false;
            }

            PackDirectory directory = pack.Directory;
            for (int slot = 0; slot < directory.ChunkCount; slot++)
            {
                if (marks.IsNeeded(slot) && !plan.Pinned.Contains(name, slot) && !take(directory, marks, slot))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
