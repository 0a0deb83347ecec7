using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
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

    /// <summary>The threads that compress; callers may submit jobs of their own.</summary>
    public WorkerPool Workers { get; }

    /// <summary>Keeps the chunks.</summary>
    public ChunkStore Chunks { get; }

    /// <summary>Opens a repository for writing; see <see cref="ChunkStore.Open(RepositoryDirectory, WorkerPool, Action{BackshiftException}, bool)"/>.</summary>
    /// <param name="directory">The repository; not closed with the writer.</param>
    /// <param name="warn">Receives objects that cannot be used. Their chunks are stored again when they come along.</param>
    /// <param name="workers">How many threads compress.</param>
    /// <param name="verifies">Whether everything that is written is read back and decompressed before it is published.</param>
    /// <exception cref="BackshiftException">This program must not write to the repository.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public static RepositoryWriter Open(RepositoryDirectory directory, Action<BackshiftException> warn, int workers = 1, bool verifies = false)
    {
        // Its threads start with the first work.
        WorkerPool pool = new(workers);
        return new RepositoryWriter(directory, pool, ChunkStore.Open(directory, pool, warn, verifies));
    }

    /// <summary>Begins a saveset.</summary>
    /// <param name="options">The options of the command line.</param>
    /// <param name="warn">Prints a line for the user.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="checkReferences">Whether references are checked at the end of the stream, because another program is still storing the chunks.</param>
    public SavesetSink Record(SavesetOptions options, Action<string> warn, TimeProvider clock, bool checkReferences = false) =>
        new(Directory, Chunks, options, warn, clock, checkReferences);

    public void Dispose()
    {
        Chunks.Dispose();
        Workers.Dispose();
    }
}
