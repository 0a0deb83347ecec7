using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Objects;
using Backshift.Repository.Saving;
using Backshift.Repository.Workers;

namespace Backshift.Repository;

/// <summary>A repository that is written to: chunks are stored, savesets recorded. For use by one thread.</summary>
public sealed class RepositoryWriter : IDisposable
{
    private RepositoryWriter(RepositoryDirectory directory, WorkerPool workers, ChunkStore chunks)
    {
        Directory = directory;
        Workers = workers;
        Chunks = chunks;
    }

    public RepositoryDirectory Directory { get; }

    /// <summary>Threads that compress, and do what else is given to them.</summary>
    public WorkerPool Workers { get; }

    /// <summary>Keeps the chunks.</summary>
    public ChunkStore Chunks { get; }

    /// <summary>Opens a repository for writing; see <see cref="ChunkStore.Open"/>.</summary>
    /// <param name="directory">The repository; not closed with the writer.</param>
    /// <param name="warn">Is told of objects that cannot be used. Their chunks are stored again as they come by.</param>
    /// <param name="workers">How many threads compress.</param>
    /// <exception cref="BackshiftException">A collection is at work, or this program must not write to the repository.</exception>
    /// <exception cref="UnixException">It cannot be read.</exception>
    public static RepositoryWriter Open(RepositoryDirectory directory, Action<BackshiftException> warn, int workers = 1)
    {
        // Its threads start with the first work.
        WorkerPool pool = new(workers);
        return new RepositoryWriter(directory, pool, ChunkStore.Open(directory, pool, warn));
    }

    /// <summary>Begins a saveset.</summary>
    /// <param name="options">What the command line says of it.</param>
    /// <param name="warn">Says a line to the user.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="checkReferences">Whether chunks are looked for only when the stream is at its end, since another program stores them meanwhile.</param>
    public SavesetSink Record(SavesetOptions options, Action<string> warn, TimeProvider clock, bool checkReferences = false) =>
        new(Directory, Chunks, options, warn, clock, checkReferences);

    public void Dispose()
    {
        Chunks.Dispose();
        Workers.Dispose();
    }
}
