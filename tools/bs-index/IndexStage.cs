using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Saving;

namespace Backshift.Tools.Index;

/// <summary>Reads a stream whose contents are references, and gives it to a sink.</summary>
internal sealed class IndexStage
{
    private readonly RecordReader reader;
    private readonly IEntrySink sink;
    private BytePath path;
    private bool dropping;

    internal IndexStage(Stream input, IEntrySink sink)
    {
        reader = new RecordReader(input);
        this.sink = sink;
    }

    /// <summary>The first record, once it was read.</summary>
    internal BeginRecord? Begin { get; private set; }

    /// <exception cref="StreamCutException">The stream stops without an end record; what came before has been given to the sink.</exception>
    /// <exception cref="BackshiftException">It is damaged, or has contents.</exception>
    internal async Task RunAsync(CancellationToken cancel)
    {
        while (await reader.ReadAsync(cancel))
        {
            switch (reader.Kind)
            {
                case RecordKind.Begin:
                    Begin = BeginRecord.ReadFrom(reader.Encoded);
                    Begin.CheckRequired();
                    sink.Begin(Begin);
                    break;
                case RecordKind.Entry:
                    Start(EntryRecord.ReadFrom(reader.Encoded));
                    break;
                case RecordKind.Chunk:
                    Add(ChunkRecord.ReadFrom(reader.Encoded));
                    break;
                case RecordKind.List when !dropping:
                    sink.AddList(ListRecord.ReadFrom(reader.Encoded));
                    break;
                case RecordKind.Hole when !dropping:
                    sink.AddHole(HoleRecord.ReadFrom(reader.Encoded));
                    break;
                case RecordKind.Fork when !dropping:
                    sink.AddFork(ForkRecord.ReadFrom(reader.Encoded), reader.Encoded);
                    break;
                case RecordKind.Problem:
                    sink.AddProblem(ProblemRecord.ReadFrom(reader.Encoded));
                    break;
                case RecordKind.Data:
                    throw NotStored();
                case RecordKind.End:
                    break;
                case var kind when !dropping || !kind.BelongsToEntry():
                    sink.AddOther(reader.Encoded);
                    break;
            }
        }
    }

    private void Start(EntryRecord entry)
    {
        if (entry.NeedsReading && entry.Size != 0)
        {
            throw NotStored();
        }

        path = entry.Path;
        dropping = !sink.StartEntry(entry);
    }

    private void Add(ChunkRecord chunk)
    {
        if (dropping)
        {
            return;
        }

        if (!chunk.IsReference)
        {
            throw NotStored();
        }

        // Whether the repository holds it is seen at the end: bs-store publishes what it stores no earlier than that.
        sink.AddChunk(chunk.Digest!.Value, chunk.Size);
    }

    private BackshiftException NotStored() => new(ExitCode.DataError, $"{path}: its content is not stored yet", "put bs-store --forward before this program");
}
