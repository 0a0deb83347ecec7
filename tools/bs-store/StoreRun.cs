using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Objects;
using Backshift.Repository.Saving;
using Backshift.Repository.Savesets;
using Backshift.Repository.Working;
using Backshift.Tooling;

namespace Backshift.Tools.Store;

/// <summary>One run of bs-store: a stage, what is published after it, and what is said.</summary>
internal sealed class StoreRun
{
    private readonly RepositoryDirectory repository;
    private readonly SavesetOptions options;
    private readonly int jobs;
    private readonly Tool tool;
    private readonly Progress progress;

    internal StoreRun(RepositoryDirectory repository, SavesetOptions options, int jobs, Tool tool, Progress progress)
    {
        this.repository = repository;
        this.options = options;
        this.jobs = jobs;
        this.tool = tool;
        this.progress = progress;
    }

    /// <summary>Stores a stream and records the saveset.</summary>
    internal async Task<ExitCode> SaveAsync(Stream input, Stream output, bool verbose, bool list, CancellationToken cancel)
    {
        using WorkerPool workers = new(jobs);
        using ChunkStore chunks = new(repository, workers, Warn);
        using SavesetSink sink = new(repository, chunks, options, message => tool.Warn(message), tool.Clock);
        ListingSink? listing = list ? new ListingSink(sink, message => tool.Warn(message)) : null;
        StoreStage stage = new(input, repository.Config, chunks, workers, listing is null ? sink : listing, progress, message => tool.Warn(message));
        try
        {
            await stage.RunAsync(cancel);
            listing?.Finish();
        }
        catch (StreamCutException e)
        {
            string reason = StreamEnd.Describe(e, stage.Begin);
            KeepIncomplete(sink, reason);
            throw new BackshiftException(ExitCode.DataError, reason, cause: e);
        }
        catch (BackshiftException e) when (e.Code == ExitCode.DataError)
        {
            KeepIncomplete(sink, e.Message);
            throw;
        }
        catch (OperationCanceledException)
        {
            KeepIncomplete(sink, "a signal ended it");
            throw;
        }

        Saveset saveset = sink.PublishComplete();
        output.Write(Encoding.UTF8.GetBytes(Tool.ForOutput(saveset.Name) + "\n"));
        chunks.Tidy();
        progress.Dispose();
        if (verbose || Descriptors.IsTerminal(2))
        {
            tool.Warn(Summary(saveset, stage, chunks, progress.Counts.Elapsed));
        }

        return saveset.Problems > 0 ? ExitCode.Incomplete : ExitCode.Done;
    }

    /// <summary>Stores a stream and passes it on with references.</summary>
    internal async Task<ExitCode> ForwardAsync(Stream input, Stream output, CancellationToken cancel)
    {
        using WorkerPool workers = new(jobs);
        using ChunkStore chunks = new(repository, workers, Warn);
        RecordWriter writer = new(output);
        CountingSink sink = new(new ForwardSink(writer, chunks), writer);
        StoreStage stage = new(input, repository.Config, chunks, workers, sink, progress, message => tool.Warn(message));
        try
        {
            await stage.RunAsync(cancel);
        }
        catch (StreamCutException e)
        {
            chunks.Publish();
            await writer.FlushAsync(CancellationToken.None);
            throw new BackshiftException(ExitCode.DataError, StreamEnd.Describe(e, stage.Begin), cause: e);
        }
        catch (OperationCanceledException)
        {
            chunks.Publish();
            throw;
        }

        // The end record says that everything referred to is durable; so it is written last.
        chunks.Publish();
        writer.Write(stage.End!);
        await writer.FlushAsync(cancel);
        chunks.Tidy();
        return sink.Problems > 0 ? ExitCode.Incomplete : ExitCode.Done;
    }

    private void KeepIncomplete(SavesetSink sink, string reason)
    {
        if (sink.PublishIncomplete(reason) is { } saveset)
        {
            tool.Warn($"what came is kept as the incomplete saveset {saveset.Name}, {saveset.Entries} entries");
        }
    }

    private void Warn(BackshiftException problem) => tool.Warn(problem.Message, problem.Hint);

    private static string Summary(Saveset saveset, StoreStage stage, ChunkStore chunks, TimeSpan time)
    {
        string problems = saveset.Problems > 0 ? $", {SizeText.Count(saveset.Problems)} problems" : "";
        return $"{saveset.Name}: {SizeText.Count(saveset.Entries)} entries, {SizeText.Count(stage.Files)} files, {SizeText.Bytes(saveset.Bytes)}, "
            + $"new {SizeText.Bytes(chunks.NewBytes)}, stored {SizeText.Bytes(saveset.Added)}{problems}, {SizeText.Duration(time)}";
    }
}
