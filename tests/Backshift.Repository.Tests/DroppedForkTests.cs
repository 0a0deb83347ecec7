using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Reading;
using Backshift.Repository.Saving;
using Backshift.Repository.Savesets;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Tests;

public sealed class DroppedForkTests : IDisposable
{
    private readonly ScratchRepository repository = new();

    [Fact]
    public void A_named_stream_that_is_not_stored_is_a_problem_of_the_program_that_dropped_it()
    {
        using WorkerPool workers = new(1);
        using ChunkStore chunks = new(repository.Directory, workers, static e => throw e);
        SavesetOptions options = new("h", null, new UnixTime(1_795_424_645, 0), Deltas: false, "bs-index 1.2");
        using SavesetSink sink = new(repository.Directory, chunks, options, static _ => { }, TimeProvider.System);
        sink.Begin(new BeginRecord());
        sink.AddFork(new ForkRecord(BytePath.Of("a"), BytePath.Of("s"), 3, 0, new ReadOnlySequence<byte>("abc"u8.ToArray())), default);
        Saveset saveset = sink.PublishComplete();
        using RepositoryReader reader = repository.Read();
        Assert.Equal(["bs-index"], SavesetProblems.Read(reader, saveset).Select(static problem => problem.Stage));
    }

    public void Dispose() => repository.Dispose();
}
