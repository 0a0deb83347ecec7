using System.IO.Hashing;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Findings;
using Backshift.Repository.Packs;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Checking;

/// <summary>
/// Reads blocks and verifies them, on all workers. Deltas are noted first, by the block at the end of their chain. Then the blocks that are whole by themselves
/// are read pack by pack, in the order of the file, and after each of them the deltas that build on it: so it is decoded once for all of them.
/// </summary>
internal sealed class DataCheck : IDisposable
{
    // 32 bytes each. Where there are more, they are read in several batches, and some blocks are decoded once for each.
    private const int DeltasNoted = 1 << 19;
    private const int RootsKnown = 1 << 18;

    // A queue this long keeps the workers busy while the caller looks up the next blocks.
    private const int DeltasAhead = 256;
    private const long DeltaBytesAhead = 16 << 20;
    private const long BlocksKept = 24 << 20;
    private const long DeltaBlocksKept = 8 << 20;

    private readonly ChunkFinder finder;
    private readonly WorkerPool workers;
    private readonly CheckCounts counts;
    private readonly Action<OpenPack, Finding> found;
    private readonly CancellationToken cancel;
    private readonly Queue<DecodeJob> underWay = new();
    private readonly Stack<DecodeJob> free = new();
    private readonly List<ObjectName> packs = [];
    private readonly List<DeltaNote> deltas = [];
    private readonly Dictionary<ulong, ulong> roots = [];
    private readonly DeltaPipeline pipeline;
    private readonly Queue<HeldBlock> deltasUnderWay = new();
    private readonly ChunkReader slow;
    private readonly DecodeJob slowJob;

    /// <param name="finder">Finds what deltas are made against, and is told what is damaged.</param>
    /// <param name="workers">The threads that decode.</param>
    /// <param name="counts">Counts what was read.</param>
    /// <param name="found">Receives each block and chunk that is damaged, with its pack.</param>
    /// <param name="cancel">Ends it between two blocks.</param>
    internal DataCheck(ChunkFinder finder, WorkerPool workers, CheckCounts counts, Action<OpenPack, Finding> found, CancellationToken cancel)
    {
        this.finder = finder;
        this.workers = workers;
        this.counts = counts;
        this.found = found;
        this.cancel = cancel;
        pipeline = new DeltaPipeline(finder, workers, BlocksKept);
        slow = new ChunkReader(finder, null, DeltaBlocksKept);
        slowJob = new DecodeJob(finder.Naming);
    }

    /// <summary>A delta that is still to be read.</summary>
    /// <param name="Root">The block that its chain of first prefixes ends with; see <see cref="KeyOf"/>.</param>
    /// <param name="Pack">Its pack.</param>
    /// <param name="Block">Its number there.</param>
    /// <param name="Depth">Its depth.</param>
    private readonly record struct DeltaNote(ulong Root, ObjectName Pack, ushort Block, byte Depth) : IComparable<DeltaNote>
    {
        public int CompareTo(DeltaNote other) =>
            Root != other.Root ? Root.CompareTo(other.Root)
            : Depth != other.Depth ? Depth.CompareTo(other.Depth)
            : Pack != other.Pack ? Pack.CompareTo(other.Pack)
            : Block.CompareTo(other.Block);
    }

    /// <summary>Notes a pack to be read; it is read by <see cref="Finish"/> at the latest.</summary>
    internal void Add(OpenPack pack)
    {
        packs.Add(pack.Name);
        pack.Readers++;
        try
        {
            for (int block = 0; block < pack.Directory.BlockCount; block++)
            {
                cancel.ThrowIfCancellationRequested();
                if (pack.Directory.Block(block) is { Prefixes: > 0 } record)
                {
                    deltas.Add(new DeltaNote(RootOf(pack, block), pack.Name, (ushort)block, record.Depth));
                }
            }
        }
        finally
        {
            pack.Readers--;
        }

        if (deltas.Count >= DeltasNoted)
        {
            ReadAll();
        }
    }

    /// <summary>Reads everything that was added and not read yet.</summary>
    internal void Finish() => ReadAll();

    private void ReadAll()
    {
        packs.Sort();
        deltas.Sort();
        int next = 0;
        foreach (ObjectName name in packs)
        {
            // One that is gone was collected since; what is needed of it is elsewhere.
            if (finder.Shelf.TryOpen(name) is { } pack)
            {
                pack.Readers++;
                try
                {
                    ReadPack(pack, ref next);
                }
                finally
                {
                    pack.Readers--;
                }
            }
        }

        // Damaged blocks are known before the last deltas are looked at.
        while (underWay.Count > 0)
        {
            JudgeOldest();
        }

        ReadDeltas(ref next, ulong.MaxValue);
        JudgeDeltas(0);
        packs.Clear();
        deltas.Clear();
        roots.Clear();
    }

    /// <summary>Reads the blocks of a pack that are whole by themselves, and the deltas that build on them.</summary>
    private void ReadPack(OpenPack pack, ref int next)
    {
        for (int block = 0; block < pack.Directory.BlockCount; block++)
        {
            cancel.ThrowIfCancellationRequested();
            if (pack.Directory.Block(block).Prefixes > 0)
            {
                continue;
            }

            ulong key = KeyOf(pack, block);
            ReadDeltas(ref next, key);
            if (next < deltas.Count && deltas[next].Root == key && pipeline.TryBeginVerified(pack, block) is { } held)
            {
                Enqueue(held);
                ReadDeltas(ref next, key + 1);
            }
            else
            {
                ReadWhole(pack, block);
            }
        }
    }

    private void ReadWhole(OpenPack pack, int block)
    {
        while (underWay.Count > workers.Count + 1)
        {
            JudgeOldest();
        }

        DecodeJob job = free.TryPop(out DecodeJob? used) ? used : new DecodeJob(finder.Naming);
        job.Aim(pack, block);
        job.ChecksCrc = true;
        pack.Readers++;
        workers.Submit(job);
        underWay.Enqueue(job);
    }

    private void JudgeOldest()
    {
        DecodeJob job = underWay.Dequeue();
        job.Wait();
        Judge(job);
        job.Pack!.Readers--;
        free.Push(job);
    }

    /// <summary>Reads the deltas whose chain ends with a block before this one.</summary>
    private void ReadDeltas(ref int next, ulong end)
    {
        for (; next < deltas.Count && deltas[next].Root < end; next++)
        {
            cancel.ThrowIfCancellationRequested();
            DeltaNote delta = deltas[next];
            if (finder.Shelf.TryOpen(delta.Pack) is not { } pack)
            {
                continue;
            }

            finder.Shelf.Used(pack);
            if (pipeline.TryBegin(pack, delta.Block) is { } held)
            {
                Enqueue(held);
            }
            else
            {
                ReadSlowly(pack, delta.Block);
            }
        }
    }

    private void Enqueue(HeldBlock held)
    {
        deltasUnderWay.Enqueue(held);
        if (deltasUnderWay.Count > DeltasAhead || pipeline.BytesInUse > DeltaBytesAhead)
        {
            JudgeDeltas(deltasUnderWay.Count / 2);
        }
    }

    private void JudgeDeltas(int left)
    {
        while (deltasUnderWay.Count > left)
        {
            HeldBlock held = deltasUnderWay.Dequeue();
            DecodeJob job = held.Job;
            job.Wait();
            if (job.Pack!.Directory.Block(job.Block).Prefixes == 0 || job.AreAllSound())
            {
                Judge(job);
            }
            else
            {
                // Another copy of what it is made against may be sound.
                ReadSlowly(job.Pack, job.Block);
            }

            pipeline.End(held);
        }
    }

    /// <summary>Reads a delta on this thread, and tries all copies of what it is made against.</summary>
    private void ReadSlowly(OpenPack pack, int block)
    {
        pack.Readers++;
        try
        {
            slow.ReadInto(slowJob, pack, block);
            Judge(slowJob);
        }
        catch (BackshiftException e)
        {
            // This pack is not to blame, if the block is what was written. Which savesets need the chunk is seen when they are walked.
            if (FaultOfStored(pack, block) is { } fault)
            {
                found(pack, new Finding(FindingKind.BlockDamaged, $"block {block} {fault}"));
            }

            for (int slot = pack.Directory.FirstSlot(block); slot < pack.Directory.FirstSlot(block + 1); slot++)
            {
                finder.GiveUp(new ChunkPlace(pack, slot), $"pack {pack.Name}: block {block} is a delta: {e.Message}");
            }
        }
        finally
        {
            pack.Readers--;
        }
    }

    /// <summary>What is wrong with the stored bytes of a block that cannot be decompressed, for want of what it is made against.</summary>
    private static string? FaultOfStored(OpenPack pack, int block)
    {
        BlockRecord record = pack.Directory.Block(block);
        byte[] stored = new byte[record.Stored];
        try
        {
            return pack.Stored.ReadAt(stored, record.Offset) != stored.Length ? "is cut short"
                : Crc32.HashToUInt32(stored) != record.Crc ? "does not match its CRC"
                : null;
        }
        catch (StoreException e)
        {
            return $"cannot be read: {e.Reason}";
        }
    }

    private void Judge(DecodeJob job)
    {
        OpenPack pack = job.Pack!;
        counts.BytesRead += pack.Directory.Block(job.Block).Content;
        if (job.Damage is not null)
        {
            found(pack, new Finding(FindingKind.BlockDamaged, $"block {job.Block} {job.Damage}"));
        }
        else if (job.Healed is { } healed)
        {
            found(pack, new Finding(FindingKind.BlockDamaged, $"block {job.Block} {healed}; it is read with the help of parity"));
        }

        for (int slot = pack.Directory.FirstSlot(job.Block); slot < pack.Directory.FirstSlot(job.Block + 1); slot++)
        {
            if (!job.IsSound(slot))
            {
                finder.GiveUp(new ChunkPlace(pack, slot), $"pack {pack.Name}: block {job.Block} {job.Damage ?? "does not match the digest of a chunk"}");
                if (job.Damage is null)
                {
                    Digest chunk = pack.Directory.DigestAt(slot);
                    found(pack, new Finding(FindingKind.ChunkDamaged, $"chunk {chunk} in block {job.Block} does not match its digest") { Chunk = chunk });
                }
            }
        }
    }

    /// <summary>The block that a delta's chain of first prefixes ends with. It only decides the order.</summary>
    private ulong RootOf(OpenPack pack, int block)
    {
        ulong key = KeyOf(pack, block);
        BlockRecord record = pack.Directory.Block(block);
        if (record.Prefixes == 0 || roots.TryGetValue(key, out ulong root))
        {
            return record.Prefixes == 0 ? key : roots[key];
        }

        pack.Readers++;
        try
        {
            // As deep as deltas are, at most.
            root = finder.Find(pack.Directory.PrefixAt(block, 0), record.Depth) is { } place ? RootOf(place.Pack, place.Block) : key;
        }
        finally
        {
            pack.Readers--;
        }

        if (roots.Count >= RootsKnown)
        {
            roots.Clear();
        }

        roots[key] = root;
        return root;
    }

    /// <summary>A number for a block. Two blocks may get the same one by chance, and then are read one after the other.</summary>
    private static ulong KeyOf(OpenPack pack, int block) => (pack.Name.High & ~(ulong)ushort.MaxValue) | (ushort)block;

    public void Dispose()
    {
        // After an exception, jobs may still read from packs that the caller is about to close.
        foreach (DecodeJob job in underWay)
        {
            job.AwaitEnd();
        }

        pipeline.Dispose();
        slow.Dispose();
    }
}
