using System.Runtime.ExceptionServices;
using Backshift.Objects;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
using Backshift.Repository.Findings;
using Backshift.Repository.Packs;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Checking;

/// <summary>
/// Reads the data of packs on a thread of its own, with a view of the index of its own, while the caller walks trees: both take about as long, and neither
/// needs the other unless something is damaged.
/// </summary>
internal sealed class DataReading : IDisposable
{
    private readonly WorkerPool workers;
    private readonly CheckCounts counts;
    private readonly Action<OpenPack, Finding> found;
    private readonly IReadOnlyList<ObjectName> packs;
    private readonly CancellationTokenSource ending;
    private readonly ChunkFinder? finder;
    private readonly Thread? thread;
    private ExceptionDispatchInfo? failure;

    /// <param name="repository">The repository.</param>
    /// <param name="workers">The threads that decode; no other thread submits jobs meanwhile.</param>
    /// <param name="counts">Counts what was read.</param>
    /// <param name="found">Receives what is damaged, on the other thread.</param>
    /// <param name="packs">The packs to read.</param>
    /// <param name="shelf">How many bytes of directories are kept.</param>
    /// <param name="cancel">Ends it between two blocks.</param>
    internal DataReading(RepositoryDirectory repository, WorkerPool workers, CheckCounts counts, Action<OpenPack, Finding> found,
        IReadOnlyList<ObjectName> packs, long shelf, CancellationToken cancel)
    {
        this.workers = workers;
        this.counts = counts;
        this.found = found;
        this.packs = packs;
        ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);

        if (packs.Count > 0)
        {
            // Runs and packs that cannot be used are reported by the caller, who meets them too.
            ChunkFinder own = new(repository, static _ => { }, isReader: true, shelf: shelf, footprint: ChunkFinder.WalkFootprint);
            finder = own;
            thread = new Thread(() => Run(own)) { IsBackground = true, Name = "data" };
            thread.Start();
        }
    }

    /// <summary>Waits until all is read, and throws what the other thread threw.</summary>
    /// <param name="view">Is told of every place that is damaged.</param>
    /// <returns>Whether any is.</returns>
    internal bool Finish(ChunkFinder view)
    {
        thread?.Join();
        failure?.Throw();
        return finder is not null && view.GiveUpAsIn(finder);
    }

    private void Run(ChunkFinder own)
    {
        try
        {
            using DataCheck data = new(own, workers, counts, found, ending.Token);
            foreach (ObjectName name in packs)
            {
                // One that is gone was collected since; what is needed of it is elsewhere.
                if (own.Shelf.TryOpen(name) is { } pack)
                {
                    data.Add(pack);
                }
            }

            data.Finish();
        }
#pragma warning disable CA1031 // It is thrown again in the caller that waits.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }
    }

    public void Dispose()
    {
        ending.Cancel();
        thread?.Join();
        finder?.Dispose();
        ending.Dispose();
    }
}
