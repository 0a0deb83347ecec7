using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
using Backshift.Repository.Savesets;
using Backshift.Repository.Saving;
using Backshift.Tooling;

namespace Backshift.Tools.Store;

/// <summary>One run of bs-store: a stage, what is published while it goes on and after it, and what is said.</summary>
internal sealed class StoreRun
{
    private readonly RepositoryDirectory repository;
    private readonly StoreOptions options;
    private readonly Tool tool;
    private readonly Progress progress;

    internal StoreRun(RepositoryDirectory repository, StoreOptions options, Tool tool, Progress progress)
    {
        this.repository = repository;
        this.options = options;
        this.tool = tool;
        this.progress = progress;
    }

    /// <summary>Stores a stream and records the saveset.</summary>
    internal async Task<ExitCode> SaveAsync(Stream input, Stream output, CancellationToken cancel)
    {
        using RepositoryWriter writer = RepositoryWriter.Open(repository, Warn, options.Jobs, options.Verify);
        ChunkStore chunks = writer.Chunks;
        using SavesetSink sink = writer.Record(options.Saveset, message => tool.Warn(message), tool.Clock);
        EntryListing? listing = options.List ? new EntryListing(message => tool.Warn(message)) : null;
        StoreStage? stage = null;
        stage = new StoreStage(input, writer, sink, progress, message => tool.Warn(message))
        {
            Listing = listing,
            Estimate = () => Better(stage!.Begin!.Estimate, sink.Earlier),
        };
        try
        {
            await RunAsync(stage, chunks, sink.PublishCheckpoint, cancel);
            listing?.Finish();
        }
        catch (StreamCutException e)
        {
            string reason = StreamEnd.Describe(e, stage.Begin);
            KeepIncomplete(sink, chunks, reason);
            throw new BackshiftException(ExitCode.DataError, reason, cause: e);
        }
        catch (BackshiftException e) when (e.Code == ExitCode.DataError)
        {
            KeepIncomplete(sink, chunks, e.Message);
            throw;
        }
        catch (OperationCanceledException)
        {
            KeepIncomplete(sink, chunks, "a signal ended it");
            throw;
        }

        sink.CompareRoots(options.Guard);
        Saveset saveset = tool.Publish(sink.PublishComplete);

        // The name may go to the same terminal.
        progress.Dispose();
        output.Write(Encoding.UTF8.GetBytes(Tool.ForOutput(saveset.Name) + "\n"));
        sink.Tidy();
        chunks.Tidy();
        if (options.Verbose || Descriptors.IsTerminal(2))
        {
            tool.Warn(Summary(saveset, stage, chunks));
        }

        return saveset.Problems > 0 ? ExitCode.Incomplete : ExitCode.Done;
    }

    /// <summary>Stores a stream and passes it on with references.</summary>
    internal async Task<ExitCode> ForwardAsync(Stream input, Stream output, CancellationToken cancel)
    {
        using RepositoryWriter writer = RepositoryWriter.Open(repository, Warn, options.Jobs, options.Verify);
        ChunkStore chunks = writer.Chunks;
        RecordWriter records = new(output);

        // Writes to a descriptor are done when they return, see DescriptorStream; so nothing is left to wait for.
        ForwardSink sink = new(records, chunks, tool.Name, () => records.FlushIfFullAsync().GetAwaiter().GetResult());
        StoreStage stage = new(input, writer, sink, progress, message => tool.Warn(message));
        try
        {
            await RunAsync(stage, chunks, null, cancel);
        }
        catch (StreamCutException e)
        {
            tool.Publish(chunks.Publish);
            await records.FlushAsync(CancellationToken.None);
            throw new BackshiftException(ExitCode.DataError, StreamEnd.Describe(e, stage.Begin), cause: e);
        }
        catch (OperationCanceledException)
        {
            tool.Publish(chunks.Publish);
            throw;
        }

        // The end record says that everything referred to is durable; so it is written last.
        tool.Publish(chunks.Publish);
        repository.VerifyPlace();
        records.Write(stage.End!);
        await records.FlushAsync(cancel);
        chunks.Tidy();
        return sink.Problems > 0 ? ExitCode.Incomplete : ExitCode.Done;
    }

    /// <summary>Runs the stage, and publishes what there is now and then.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="chunks">Where it stores.</param>
    /// <param name="checkpoint">Publishes a checkpoint, and all chunks with it; null where no saveset is recorded.</param>
    /// <param name="cancel">Ends it.</param>
    private async Task RunAsync(StoreStage stage, ChunkStore chunks, Func<Saveset?>? checkpoint, CancellationToken cancel)
    {
        using PublishSchedule schedule = new(options.PublishEvery, options.PublishBytes, Publish, tool.Interrupt, tool.Clock);
        stage.Between = () => schedule.Look(chunks.NewBytes);
        tool.BetweenReads(stage.Between);
        tool.WhenAsked(schedule.Ask);
        try
        {
            await stage.RunAsync(cancel);
        }
        finally
        {
            // From here on everything is published anyway.
            tool.WhenAsked(progress.Say);
        }

        void Publish(bool asked)
        {
            Saveset? published = tool.Publish(() =>
            {
                stage.StoreAll();
                Saveset? made = checkpoint?.Invoke();
                if (made is null)
                {
                    chunks.Publish();
                }

                return made;
            });
            chunks.Tidy();
            if (asked || options.Verbose)
            {
                string what = published is null ? "published; no entry is complete yet"
                    : $"published {published.Name}, {SizeText.Count(published.Entries)} entries";
                tool.Warn($"{what}; {progress.Counts.ToText()}");
            }
        }
    }

    /// <summary>The counts of the latest complete saveset are closer than those of a file system, but less so than those of a count.</summary>
    private static EstimateNote? Better(EstimateNote? given, Saveset? earlier) =>
        given is { IsCounted: true } || earlier is not { Complete: true } ? given : new EstimateNote(EstimateNote.Base, earlier.Entries, earlier.Bytes);

    private void KeepIncomplete(SavesetSink sink, ChunkStore chunks, string reason)
    {
        if (tool.Publish(() => sink.PublishIncomplete(reason)) is { } saveset)
        {
            tool.Warn($"what was received is kept as the incomplete saveset {saveset.Name}, {saveset.Entries} entries");
            sink.Tidy();
            return;
        }

        // No entry is whole, but what came of the first need not be stored again.
        tool.Publish(chunks.Publish);
    }

    private void Warn(BackshiftException problem) => tool.Warn(problem.Message, problem.Hint);

    private string Summary(Saveset saveset, StoreStage stage, ChunkStore chunks)
    {
        string problems = saveset.Problems > 0 ? $", {SizeText.Count(saveset.Problems)} {(saveset.Problems == 1 ? "problem" : "problems")}" : "";
        string files = $"{SizeText.Count(stage.Files)} {(stage.Files == 1 ? "file" : "files")}";
        return $"saved {saveset.Name}: {files}, {SizeText.Bytes(saveset.Bytes)}{problems}; "
            + $"{SizeText.Bytes(chunks.NewBytes)} new, {SizeText.Bytes(saveset.Added)} stored, in {SizeText.Took(progress.Counts.Elapsed)}";
    }
}
