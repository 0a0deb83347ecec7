using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Marking;

/// <summary>
/// Finds the deltas that savesets refer to and that are made against chunks which nothing else needs. By the marks, and by the directories of the packs that
/// hold deltas, which are read twice: for the deltas, and to count by how many deltas each prefix is needed.
/// </summary>
internal sealed class DeltaSurvey : IDisposable
{
    // The golden ratio: whatever the times between collections are, the places where they begin are spread evenly.
    private const ulong Spread = 0x9E37_79B9_7F4A_7C15;

    private readonly NeededChunks needed;
    private readonly IReadOnlySet<ObjectName> condemned;
    private readonly int limit;
    private readonly CancellationToken cancel;
    private readonly PackMarks[] packs;
    private readonly int firstPack;
    private readonly int firstSlot;
    private readonly ChunkFinder finder;
    private readonly StoredChunks standing;
    private readonly List<ReleasedDelta> deltas = [];
    private readonly Dictionary<Digest, LonePrefix> prefixes = [];
    private readonly List<Digest> added = [];

    private DeltaSurvey(
        RepositoryDirectory repository, NeededChunks needed, IReadOnlySet<ObjectName> condemned, int limit, long seconds, CancellationToken cancel)
    {
        this.needed = needed;
        this.condemned = condemned;
        this.limit = limit;
        this.cancel = cancel;

        // Where there are more than the limit, each collection begins elsewhere: nothing remembers where the one before ended. Neighbours stay together, as
        // they share prefixes.
        packs = [.. needed.Packs.Where(static marks => marks.HasDeltas)];
        long first = (long)Math.BigMul((ulong)packs.Sum(static marks => (long)marks.Slots), unchecked((ulong)seconds * Spread), out _);
        while (firstPack < packs.Length && first >= packs[firstPack].Slots)
        {
            first -= packs[firstPack++].Slots;
        }

        firstSlot = (int)first;

        // What cannot be used was reported when the marks were made.
        finder = new ChunkFinder(repository, static _ => { }, isReader: true);
        standing = new StoredChunks(finder, condemned);
    }

    /// <summary>Finds them.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="needed">What is needed.</param>
    /// <param name="condemned">Packs that counted as absent when that was marked.</param>
    /// <param name="limit">How many deltas are considered, and how many of their prefixes: 150 bytes each.</param>
    /// <param name="seconds">The time, by which it is decided where it begins.</param>
    /// <param name="cancel">Ends it between two packs.</param>
    /// <returns>Null if there is none, or if it is not known by how many deltas each prefix is needed.</returns>
    internal static DeltaReleases? Of(
        RepositoryDirectory repository, NeededChunks needed, IReadOnlySet<ObjectName> condemned, int limit, long seconds, CancellationToken cancel)
    {
        // Where something is missing, a delta that cannot be read is marked in all places: better not to touch anything.
        if (!needed.HasAll || needed.Packs.All(static marks => marks.LonePrefixes == 0))
        {
            return null;
        }

        using DeltaSurvey survey = new(repository, needed, condemned, limit, seconds, cancel);
        return survey.TryFind() && survey.deltas.Count > 0 ? new DeltaReleases(survey.deltas, [.. survey.prefixes.Values]) : null;
    }

    private bool TryFind() => TryEach(Add) && (deltas.Count == 0 || TryEach(CountDependents));

    /// <summary>Goes through all deltas that are needed.</summary>
    /// <returns>False if a pack cannot be opened.</returns>
    private bool TryEach(Action<OpenPack, PackMarks, int> take)
    {
        for (int i = 0; i < packs.Length; i++)
        {
            if (!TryEach(packs[(firstPack + i) % packs.Length], i == 0 ? firstSlot : 0, int.MaxValue, take))
            {
                return false;
            }
        }

        return packs.Length == 0 || TryEach(packs[firstPack], 0, firstSlot, take);
    }

    /// <summary>Goes through the blocks of a pack that begin in a range of slots.</summary>
    private bool TryEach(PackMarks marks, int from, int to, Action<OpenPack, PackMarks, int> take)
    {
        cancel.ThrowIfCancellationRequested();
        if (from >= to)
        {
            return true;
        }

        if (finder.Shelf.TryOpen(marks.Pack) is not { } pack)
        {
            return false;
        }

        // The shelf may close it while other packs are looked at.
        pack.Readers++;
        try
        {
            for (int block = 0; block < pack.Directory.BlockCount; block++)
            {
                int slot = pack.Directory.FirstSlot(block);
                if (slot >= from && slot < to && pack.Directory.Block(block).Prefixes > 0 && marks.IsBlockNeeded(pack.Directory, block))
                {
                    take(pack, marks, block);
                }
            }
        }
        finally
        {
            pack.Readers--;
        }

        return true;
    }

    private void Add(OpenPack pack, PackMarks marks, int number)
    {
        PackDirectory directory = pack.Directory;
        int slot = directory.FirstSlot(number);
        if (marks.IsLonePrefix(slot) || directory.FirstSlot(number + 1) != slot + 1 || condemned.Contains(pack.Name)
            || deltas.Count >= limit || prefixes.Count >= limit)
        {
            return;
        }

        added.Clear();
        BlockRecord block = directory.Block(number);
        LonePrefix[] found = PrefixesOf(directory, number, out double ratio);
        int size = directory.SizeAt(slot);

        // A delta that is large for what it is made against holds much that is new; most deltas were kept since they take less than half of a plain chunk.
        long cost = Math.Min(size, Math.Max((long)((ratio > 0 ? ratio : 1) * size), 2L * block.Stored));
        if (block.Stored + found.Sum(static prefix => prefix.Whole) <= cost)
        {
            // It costs more than could be won if nothing else needed them.
            added.ForEach(digest => prefixes.Remove(digest));
            return;
        }

        deltas.Add(new ReleasedDelta
        {
            Digest = directory.DigestAt(slot), Pack = pack.Name, Slot = slot, Size = size, IsNode = directory.HoldsNodes,
            Stored = block.Stored, Cost = cost, Prefixes = found,
        });
    }

    /// <summary>The prefixes of a block that nothing but deltas need.</summary>
    /// <param name="directory">Its pack.</param>
    /// <param name="number">Its number.</param>
    /// <param name="ratio">How well chunks like these compress, by the worst of the blocks at the ends of the chains; 0 if that is not known.</param>
    private LonePrefix[] PrefixesOf(PackDirectory directory, int number, out double ratio)
    {
        BlockRecord block = directory.Block(number);
        List<LonePrefix> found = [];
        ratio = 0;
        for (int i = 0; i < block.Prefixes; i++)
        {
            Digest digest = directory.PrefixAt(number, i);
            if (standing.Find(digest, block.Depth) is { } place)
            {
                if (TryFind(digest, place, out double below) is { } prefix)
                {
                    found.Add(prefix);
                }

                ratio = Math.Max(ratio, below);
            }
        }

        return [.. found];
    }

    private LonePrefix? TryFind(Digest digest, ChunkPlace place, out double ratio)
    {
        PackDirectory directory = place.Pack.Directory;
        BlockRecord block = directory.Block(place.Block);
        int size = place.Size;
        ratio = block.Prefixes > 0 ? 0 : Math.Min(1, (double)block.Stored / block.Content);
        if (needed.Of(place.Pack.Name) is not { } marks || !marks.IsNeeded(place.Slot) || !marks.IsLonePrefix(place.Slot)
            || (block.Prefixes > 0 && block.Chunks != 1))
        {
            return null;
        }

        if (prefixes.TryGetValue(digest, out LonePrefix? known))
        {
            ratio = known.Ratio;
            if (known.Pack == place.Pack.Name && known.Slot == place.Slot)
            {
                return known;
            }

            // It is needed in two places. Dependents are counted by digests: so neither can be given up.
            known.Dependents++;
            return null;
        }

        // As deep as deltas are, at most.
        LonePrefix[] below = block.Prefixes > 0 ? PrefixesOf(directory, place.Block, out ratio) : [];
        long stored = block.Prefixes > 0 ? block.Stored : (long)((double)block.Stored * size / block.Content);
        LonePrefix prefix = new()
        {
            Pack = place.Pack.Name, Slot = place.Slot, Size = size, Prefixes = below, Ratio = ratio,
            Stored = stored, Whole = stored + below.Sum(static other => other.Whole),
        };
        prefixes.Add(digest, prefix);
        added.Add(digest);
        return prefix;
    }

    private void CountDependents(OpenPack pack, PackMarks marks, int number)
    {
        PackDirectory directory = pack.Directory;
        for (int i = 0; i < directory.Block(number).Prefixes; i++)
        {
            if (prefixes.TryGetValue(directory.PrefixAt(number, i), out LonePrefix? prefix))
            {
                prefix.Dependents++;
            }
        }
    }

    public void Dispose() => finder.Dispose();
}
