using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Indexes;
using Backshift.Repository.Objects;
using Backshift.Repository.Packs;
using Backshift.Repository.Savesets;
using Backshift.Repository.Working;

namespace Backshift.Repository.Checking;

/// <summary>
/// Holds a repository against its page: every object matches its name and checksum, every reference leads to something that is there, and, if asked,
/// every chunk matches its digest. Changes nothing.
/// </summary>
public sealed class RepositoryCheck : IDisposable
{
    private readonly RepositoryDirectory repository;
    private readonly Action<string> report;
    private readonly WorkerPool workers;
    private readonly HashSet<string> said = [];
    private readonly ChunkFinder finder;

    /// <param name="repository">The repository; not closed with the check.</param>
    /// <param name="workers">Who decodes; not closed with the check.</param>
    /// <param name="report">Is told of each thing that is damaged, once.</param>
    public RepositoryCheck(RepositoryDirectory repository, WorkerPool workers, Action<string> report)
    {
        this.repository = repository;
        this.workers = workers;
        this.report = report;
        finder = new ChunkFinder(repository, Report, lookEverywhere: true);
    }

    public CheckCounts Counts { get; } = new();

    /// <summary>Checks runs, packs and savesets.</summary>
    /// <param name="readData">Whether every block is decompressed and held against its digests.</param>
    /// <param name="cancel">Ends the check between two packs or entries.</param>
    /// <exception cref="UnixException">A directory cannot be read.</exception>
    public void Run(bool readData, CancellationToken cancel)
    {
        CheckRuns(cancel);
        CheckPacks(readData, cancel);
        using ChunkReader nodes = new(finder, null, capacity: 8 << 20);
        TreeCheck trees = new(finder, nodes, Counts, Say, cancel);
        foreach (Saveset saveset in SavesetCatalog.List(repository, Report))
        {
            Counts.Savesets++;
            trees.Check(saveset);
        }
    }

    private void CheckRuns(CancellationToken cancel)
    {
        HashSet<ObjectName> packs = [.. repository.ListPacks()];
        foreach (RunReader run in finder.Runs.Runs)
        {
            cancel.ThrowIfCancellationRequested();
            Counts.Runs++;
            if (run.Check() is { } damage)
            {
                Say($"run {run.Name}: {damage}");
            }

            foreach (ObjectName pack in run.Packs.Where(pack => !packs.Contains(pack)))
            {
                Say($"pack {pack}: is gone; run {run.Name} names it");
            }
        }
    }

    private void CheckPacks(bool readData, CancellationToken cancel)
    {
        foreach (ObjectName name in repository.ListPacks())
        {
            cancel.ThrowIfCancellationRequested();
            Counts.Packs++;
            if (finder.Shelf.TryOpen(name) is not { } pack)
            {
                continue;
            }

            Counts.Chunks += pack.Directory.ChunkCount;
            if (readData)
            {
                ReadPack(pack, cancel);
            }
        }
    }

    private void ReadPack(OpenPack pack, CancellationToken cancel)
    {
        Queue<DecodeJob> underWay = new();
        Stack<DecodeJob> free = new();
        pack.Readers++;
        try
        {
            using ChunkReader withPrefixes = new(finder, null, capacity: 8 << 20);
            for (int block = 0; block < pack.Directory.BlockCount; block++)
            {
                cancel.ThrowIfCancellationRequested();
                if (pack.Directory.Block(block).Prefixes > 0)
                {
                    ReadChunks(withPrefixes, pack, block);
                    continue;
                }

                while (underWay.Count > workers.Count + 1)
                {
                    free.Push(Judge(underWay.Dequeue()));
                }

                DecodeJob job = free.TryPop(out DecodeJob? used) ? used : new DecodeJob();
                job.Aim(pack, block);
                workers.Submit(job);
                underWay.Enqueue(job);
            }
        }
        finally
        {
            while (underWay.TryDequeue(out DecodeJob? job))
            {
                Judge(job);
            }

            pack.Readers--;
        }
    }

    private DecodeJob Judge(DecodeJob job)
    {
        job.Wait();
        OpenPack pack = job.Pack!;
        Counts.BytesRead += pack.Directory.Block(job.Block).Content;
        if (job.Damage is not null)
        {
            Say($"pack {pack.Name}: block {job.Block} {job.Damage}");
        }

        for (int slot = pack.Directory.FirstSlot(job.Block); slot < pack.Directory.FirstSlot(job.Block + 1); slot++)
        {
            if (!job.IsSound(slot))
            {
                finder.GiveUp(new ChunkPlace(pack, slot));
                if (job.Damage is null)
                {
                    Say($"pack {pack.Name}: chunk {pack.Directory.DigestAt(slot)} in block {job.Block} does not match its digest");
                }
            }
        }

        return job;
    }

    private void ReadChunks(ChunkReader reader, OpenPack pack, int block)
    {
        for (int slot = pack.Directory.FirstSlot(block); slot < pack.Directory.FirstSlot(block + 1); slot++)
        {
            try
            {
                Counts.BytesRead += reader.Read(pack.Directory.DigestAt(slot)).Length;
            }
            catch (BackshiftException e)
            {
                Say($"pack {pack.Name}: {e.Message}");
            }
        }
    }

    private void Report(BackshiftException damage) => Say(damage.Message);

    private void Say(string damage)
    {
        // A pack that is damaged comes up again and again; a bounded memory keeps most of that from the user.
        if (said.Count < 10000 && !said.Add(damage))
        {
            return;
        }

        Counts.Damage++;
        report(damage);
    }

    public void Dispose() => finder.Dispose();
}
