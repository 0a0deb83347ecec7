using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
using Backshift.Repository.Saving;
using Backshift.Repository.Trees;
using Backshift.Repository.Workers;
using Backshift.Tooling;

namespace Backshift.Tools.Store;

/// <summary>
/// Reads a stream, takes the digest of every chunk on worker threads, stores in order what the repository does not have. Which of it makes a saveset
/// is the sink's affair.
/// </summary>
internal sealed class StoreStage
{
    private readonly RecordReader reader;
    private readonly RepositoryConfig config;
    private readonly ChunkStore chunks;
    private readonly WorkerPool workers;
    private readonly IEntrySink sink;
    private readonly Progress progress;
    private readonly Action<string> warn;
    private readonly ProblemReporter left;
    private readonly Queue<Batch> submitted = new();
    private readonly Stack<Batch> free = new();
    private Batch batch;
    private BytePath path;
    private bool dropping;
    private long storedBefore;

    internal StoreStage(Stream input, RepositoryWriter repository, IEntrySink sink, Progress progress, Action<string> warn)
    {
        reader = new RecordReader(input);
        config = repository.Directory.Config;
        chunks = repository.Chunks;
        workers = repository.Workers;
        batch = new Batch(config.Naming);
        this.sink = sink;
        this.progress = progress;
        this.warn = warn;
        left = new ProblemReporter("bs-store", Leave, warn);
    }

    /// <summary>The first record, once it was read.</summary>
    internal BeginRecord? Begin { get; private set; }

    /// <summary>The last record, once it was read.</summary>
    internal EndRecord? End { get; private set; }

    /// <summary>Is called when there is time for something else: some records have been taken, and none is half way.</summary>
    internal Action? Between { get; set; }

    /// <summary>Lists what becomes of each entry; or null.</summary>
    internal EntryListing? Listing { get; init; }

    /// <summary>Is asked, once the stream has begun, how much it will bring.</summary>
    internal Func<EstimateNote?>? Estimate { get; init; }

    /// <summary>Number of files that were read.</summary>
    internal long Files { get; private set; }

    /// <summary>Stores the whole stream.</summary>
    /// <exception cref="StreamCutException">It stops without an end record; what came before has been stored and given to the sink.</exception>
    /// <exception cref="BackshiftException">It is damaged.</exception>
    /// <exception cref="OperationCanceledException">A signal came; what came before has been stored and given to the sink.</exception>
    internal async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (await reader.ReadAsync(cancel))
            {
                Take();
                Keep();
                if (batch.IsFull)
                {
                    Submit();
                    Between?.Invoke();
                }
            }
        }
        catch (Exception e) when (e is StreamCutException or OperationCanceledException)
        {
            StoreAll();
            throw;
        }

        StoreAll();
    }

    private void Take()
    {
        switch (reader.Kind)
        {
            case RecordKind.Begin:
                Begin = BeginRecord.ReadFrom(reader.Encoded);
                Begin.CheckRequired();
                if (Begin.Cutter is { } cutter && !cutter.Matches(config.CutterNote))
                {
                    warn($"the stream was chunked with other parameters than the repository's (average {cutter.Average}, not {config.CutterAverage}, or "
                        + "another seed): unchanged files may be stored again; give bs-chunk the repository with -r");
                }

                sink.Begin(Begin);
                progress.Expect(Estimate?.Invoke() ?? Begin.Estimate);
                break;
            case RecordKind.Entry:
                EntryRecord entry = EntryRecord.ReadFrom(reader.Encoded);
                if (entry.NeedsReading && entry.Size != 0)
                {
                    throw new BackshiftException(ExitCode.DataError, $"{entry.Path}: its content has not been read", "put bs-chunk before this program");
                }

                batch.Add(new BatchItem { Kind = RecordKind.Entry, Entry = entry }, reader.Encoded);
                break;
            case RecordKind.Chunk:
                batch.Add(ChunkRecord.ReadFrom(reader.Encoded), reader.Encoded);
                break;
            case RecordKind.List:
                batch.Add(new BatchItem { Kind = RecordKind.List, List = ListRecord.ReadFrom(reader.Encoded) }, reader.Encoded);
                break;
            case RecordKind.Hole:
                batch.Add(new BatchItem { Kind = RecordKind.Hole, Hole = HoleRecord.ReadFrom(reader.Encoded) }, reader.Encoded);
                break;
            case RecordKind.Problem:
                batch.Add(new BatchItem { Kind = RecordKind.Problem, Problem = ProblemRecord.ReadFrom(reader.Encoded) }, reader.Encoded);
                break;
            case RecordKind.Data:
                throw new BackshiftException(ExitCode.DataError, "there is content that has not been cut into chunks", "put bs-chunk before this program");
            case RecordKind.End:
                End = EndRecord.ReadFrom(reader.Encoded);
                break;
            default:
                batch.Add(new BatchItem { Kind = reader.Kind, Encoded = reader.Encoded.ToArray() }, reader.Encoded);
                break;
        }
    }

    /// <summary>Has the reader keep what a batch still needs.</summary>
    private void Keep() => reader.KeepFrom = submitted.TryPeek(out Batch? oldest) ? oldest.Start : batch.Count > 0 ? batch.Start : null;

    private void Submit()
    {
        chunks.Received();
        workers.Submit(batch);
        submitted.Enqueue(batch);
        while (submitted.Count > workers.Count + 1)
        {
            StoreOldest();
        }

        batch = free.TryPop(out Batch? used) ? used : new Batch(config.Naming);
    }

    /// <summary>Stores all that was read, and gives it to the sink.</summary>
    internal void StoreAll()
    {
        if (batch.Count > 0)
        {
            Submit();
        }

        while (submitted.Count > 0)
        {
            StoreOldest();
        }
    }

    private void StoreOldest()
    {
        Batch oldest = submitted.Dequeue();
        oldest.Wait();
        for (int i = 0; i < oldest.Count; i++)
        {
            Store(oldest[i]);
        }

        oldest.Clear();
        free.Push(oldest);
        progress.AddStored(chunks.StoredBytes - storedBefore);
        storedBefore = chunks.StoredBytes;
    }

    private void Store(BatchItem item)
    {
        switch (item.Kind)
        {
            case RecordKind.Entry:
                path = item.Entry!.Path;
                Files += item.Entry.Type == EntryType.File ? 1 : 0;
                progress.AddEntry(path, item.Entry.Type == EntryType.File ? item.Entry.Size : null);
                StartEntry(item.Entry);
                break;
            case RecordKind.Problem:
                AddProblem(item.Problem!);
                break;
            case RecordKind.Fork when !dropping:
                ReadOnlySequence<byte> encoded = new(item.Encoded!);
                sink.AddFork(ForkRecord.ReadFrom(encoded), encoded);
                break;
            case RecordKind.List when !dropping:
                StoreList(item.List);
                break;
            case RecordKind.Hole when !dropping:
                progress.AddBytes(item.Hole);
                sink.AddHole(item.Hole);
                break;
            case RecordKind.Chunk when !dropping:
                StoreChunk(item);
                break;
            case var kind when !dropping || !kind.BelongsToEntry():
                sink.AddOther(new ReadOnlySequence<byte>(item.Encoded!));
                break;
        }
    }

    private void StartEntry(EntryRecord entry)
    {
        Listing?.Finish();
        dropping = !sink.StartEntry(entry);
        if (!dropping)
        {
            Listing?.Start(entry);
        }
    }

    private void AddProblem(ProblemRecord problem)
    {
        sink.AddProblem(problem);
        Listing?.AddProblem(problem);
    }

    private void StoreChunk(BatchItem item)
    {
        progress.AddBytes(item.Size);
        if (item.IsReference)
        {
            StoreReference(item);
            return;
        }

        if (item.IsWrong)
        {
            throw new BackshiftException(ExitCode.DataError, $"{path}: a chunk does not match the digest that came with it");
        }

        bool isNew = sink.StoreChunk(item.Digest, item.Bytes.Span);
        Listing?.AddStored(item.Size, isNew);
        if (isNew)
        {
            progress.AddNew(item.Size);
        }
    }

    private void StoreList(in ListRecord list)
    {
        progress.AddBytes(list.Size);
        if (ReferredList.FaultOf(chunks, list) is { } fault)
        {
            left.Report(path, MissingContent.Text(fault));
            return;
        }

        sink.AddList(list);
        Listing?.AddReferred(list.Size);
    }

    private void StoreReference(BatchItem item)
    {
        Digest digest = item.Given!.Value;
        if (chunks.Hold(digest, item.Size))
        {
            sink.AddChunk(digest, item.Size);
            Listing?.AddReferred(item.Size);
            return;
        }

        left.Report(path, MissingContent.Text(ReferredList.MissingChunk(digest, item.Size)));
    }

    /// <summary>Leaves out the entry that a problem is about.</summary>
    private void Leave(ProblemRecord problem)
    {
        sink.DropEntry();
        Listing?.Drop();
        AddProblem(problem);
        dropping = true;
    }
}
