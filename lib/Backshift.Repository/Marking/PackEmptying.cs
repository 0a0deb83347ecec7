using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Marking;

/// <summary>
/// Copies what is needed out of packs that are about to be deleted. The store that takes it counts these packs as absent. Blocks that are needed whole are
/// copied as they are; of others the chunks that are needed are stored anew. So are deltas that are copied in place of a copy that was found to be damaged.
/// </summary>
internal sealed class PackEmptying
{
    // A block of which nearly all is needed is copied as it is, and wins nothing: so a copy of it is not copied again in each run.
    private const int WholeNumerator = 7, WholeDenominator = 8;

    private readonly ChunkStore store;
    private readonly ChunkReader reader;
    private readonly NeededChunks needed;
    private readonly CancellationToken cancel;
    private readonly DecodeJob job;

    /// <param name="store">Takes what is copied; its condemned packs are those that are to be emptied, among others.</param>
    /// <param name="reader">Reads chunks of the packs that are to be emptied, by the finder of the store.</param>
    /// <param name="needed">What is needed, wherever.</param>
    /// <param name="cancel">Ends it between two packs.</param>
    internal PackEmptying(ChunkStore store, ChunkReader reader, NeededChunks needed, CancellationToken cancel)
    {
        this.store = store;
        this.reader = reader;
        this.needed = needed;
        this.cancel = cancel;
        job = new DecodeJob(store.Finder.Naming);
    }

    /// <summary>Whether a block is copied as it is only after all its chunks were verified: for packs that are known to be damaged.</summary>
    internal bool VerifiesChunks { get; init; }

    /// <summary>Whether all chunks are copied that are not stored elsewhere, because it is not known what is needed.</summary>
    internal bool CopiesAll { get; init; }

    /// <summary>Stored bytes of the blocks that were copied, and the contents of chunks that were stored anew.</summary>
    internal long CopiedBytes { get; private set; }

    /// <summary>Whether a block is copied as it is, given the bytes of its content that are needed.</summary>
    internal static bool IsWhole(BlockRecord block, long needed) => needed * WholeDenominator >= (long)block.Content * WholeNumerator;

    /// <summary>
    /// Stores plainly the deltas whose prefixes are to go, unless they are stored so already. Of one that cannot be read, all that it is made against is marked
    /// as needed again.
    /// </summary>
    /// <param name="report">Receives why a delta cannot be read.</param>
    /// <param name="copied">Takes the packs that held a delta which was stored, and what it was made against.</param>
    /// <exception cref="StoreException">What is stored cannot be written.</exception>
    internal void StorePlainly(Action<string> report, HashSet<ObjectName>? copied)
    {
        bool isChanged = false;
        foreach (ReleasedDelta delta in needed.Releases?.Chosen ?? [])
        {
            cancel.ThrowIfCancellationRequested();

            // The packs of its prefixes count as absent, and a block without prefixes serves every delta that is made against it.
            if (store.Stored.HoldsSound(delta.Digest, 1))
            {
                continue;
            }

            try
            {
                ReadOnlyMemory<byte> content = reader.Read(delta.Digest);
                store.Copy(delta.Digest, content.Span, delta.IsNode);
                CopiedBytes += content.Length;
                if (copied is not null)
                {
                    DeltaReleases.AddPacks(delta, copied);
                }
            }
            catch (BackshiftException e) when (e is not StoreException && e.Code == ExitCode.DataError)
            {
                report($"pack {delta.Pack}: a delta that is needed cannot be read: {e.Message}");
                delta.IsChosen = false;
                isChanged = true;
            }
        }

        if (isChanged)
        {
            needed.Releases!.Settle(needed);
        }
    }

    /// <summary>Copies what is needed of a pack.</summary>
    /// <param name="name">The pack.</param>
    /// <returns>Null once it holds nothing that is needed and is not elsewhere; else why it cannot be emptied: it must stay.</returns>
    /// <exception cref="StoreException">What is copied cannot be written.</exception>
    internal string? TryEmpty(ObjectName name)
    {
        cancel.ThrowIfCancellationRequested();
        if (needed.HasAll && needed.Of(name) is null && store.Finder.Runs.IsGone(name) && !store.Finder.Shelf.CanOpen(name))
        {
            // A repair has copied what could be found in it, and nothing is missing.
            return null;
        }

        if (store.Finder.Shelf.TryOpen(name) is not { } pack)
        {
            return "it cannot be opened";
        }

        // The shelf may close it while other packs are looked at.
        pack.Readers++;
        try
        {
            // What can be read is copied, also out of a pack that has to stay.
            string? fault = null;
            for (int block = 0; block < pack.Directory.BlockCount; block++)
            {
                fault = TryEmpty(pack, block) ?? fault;
            }

            return fault;
        }
        finally
        {
            pack.Readers--;
        }
    }

    /// <summary>
    /// Whether a chunk that lies in a pack is needed and is not, as far as its checksums tell, sound in a pack that stays: an undetected fault of the disk in
    /// one copy must not cost both. A copy counts only if its block is no deeper, since deltas find their prefixes by that.
    /// </summary>
    internal bool IsNeededHere(PackDirectory pack, int slot)
    {
        Digest digest = pack.DigestAt(slot);
        if (CopiesAll || needed.Contains(pack.Name, slot))
        {
            // It may have been copied already, or be elsewhere too.
            return !store.Stored.HoldsSound(digest, pack.Block(pack.BlockOf(slot)).Depth + 1);
        }

        return DepthWhereNeeded(digest) is { } depth && !store.Stored.HoldsSound(digest, depth + 1);
    }

    /// <summary>The least depth of the blocks in which a chunk is marked, wherever they are; null if it is marked in none.</summary>
    private int? DepthWhereNeeded(Digest digest)
    {
        ChunkPlace? found = store.Stored.Find(digest);
        if (found is { } other && needed.Contains(other.Pack.Name, other.Slot))
        {
            return other.Pack.Directory.Block(other.Block).Depth;
        }

        if (found is null && !store.Stored.KnowsDamage)
        {
            // It lies only in packs that are to be emptied: where it is marked there it is copied, from whichever of them has it sound.
            return null;
        }

        // The copy that is marked may be one that does not count any longer, since another chunk of its block was found to be damaged: then this one is the
        // last.
        return store.Finder.Places(digest, withGivenUp: true).Where(place => needed.Contains(place.Pack.Name, place.Slot))
            .Min(static place => (int?)place.Pack.Directory.Block(place.Block).Depth);
    }

    private string? TryEmpty(OpenPack pack, int number)
    {
        PackDirectory directory = pack.Directory;
        List<int> slots = [];
        long wanted = 0;
        for (int slot = directory.FirstSlot(number); slot < directory.FirstSlot(number + 1); slot++)
        {
            if (IsNeededHere(directory, slot))
            {
                slots.Add(slot);
                wanted += directory.SizeAt(slot);
            }
        }

        if (slots.Count == 0)
        {
            return null;
        }

        BlockRecord block = directory.Block(number);
        if (IsWhole(block, wanted) && HasPrefixesToStay(directory, number, slots) && pack.TryReadStored(block) is { } stored
            && ((!VerifiesChunks && pack.Stored.IsReliable) || IsSound(pack, number, stored)))
        {
            store.Copy(new StoredBlock(directory, number, stored), directory.HoldsNodes);
            CopiedBytes += stored.Length;
            return null;
        }

        string? fault = null;
        foreach (int slot in slots)
        {
            Digest digest = directory.DigestAt(slot);
            try
            {
                ReadOnlyMemory<byte> content = reader.Read(digest);
                store.Copy(digest, content.Span, directory.HoldsNodes);
                CopiedBytes += content.Length;
            }
            catch (BackshiftException e) when (e is not StoreException && e.Code == ExitCode.DataError)
            {
                fault = $"a chunk of it that is needed cannot be read: {e.Message}";
            }
        }

        return fault;
    }

    /// <summary>
    /// Whether a block can be copied as it is as far as its prefixes are concerned. They are marked only where the delta is: if another copy of it is marked
    /// and damaged, they may be about to go. So are those whose marks were taken away since the delta is stored plainly, if that copy was damaged since.
    /// </summary>
    private bool HasPrefixesToStay(PackDirectory pack, int number, List<int> slots)
    {
        int prefixes = pack.Block(number).Prefixes;
        if (prefixes == 0 || CopiesAll)
        {
            return true;
        }

        return slots.TrueForAll(slot => needed.Contains(pack.Name, slot))
            && Enumerable.Range(0, prefixes).All(i => !IsToGo(pack.PrefixAt(number, i)));
    }

    private bool IsToGo(Digest prefix)
    {
        List<ChunkPlace> places = [.. store.Finder.Places(prefix, withGivenUp: true)];
        return places.Count > 0 && !places.Exists(place => needed.Contains(place.Pack.Name, place.Slot));
    }

    /// <summary>
    /// Whether all chunks of this very block match their digests. What is verified is what is copied: a host that can write to its packs may change a block,
    /// and keep its CRC, between one read and the next.
    /// </summary>
    private bool IsSound(OpenPack pack, int number, byte[] stored) => reader.IsSound(job, pack, number, stored);
}
