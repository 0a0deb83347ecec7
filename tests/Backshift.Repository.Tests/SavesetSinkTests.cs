using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Saving;
using Backshift.Repository.Savesets;
using MessagePack;

namespace Backshift.Repository.Tests;

public sealed class SavesetSinkTests : IDisposable
{
    private readonly ScratchRepository repository = new();
    private readonly List<string> said = [];

    [Theory]
    [InlineData("bs-store")]
    [InlineData("bs-index")]
    public void A_problem_is_that_of_the_program_that_records(string program)
    {
        List<ProblemRecord> problems = Record(program, sink =>
        {
            sink.StartEntry(new EntryRecord { Path = BytePath.Of("a"), Type = EntryType.File });
            ForkRecord piece = new(BytePath.Of("a"), BytePath.Of("Zone.Identifier"), 6, 0, new ReadOnlySequence<byte>("abcdef"u8.ToArray()));
            sink.AddFork(in piece, default);
            sink.StartEntry(new EntryRecord { Path = BytePath.Of("b"), Type = EntryType.File });
            sink.AddChunk(Digest.Of("absent"u8), 6);
        });
        Assert.Equal([program, program], problems.Select(static problem => problem.Stage));
        Assert.Equal($"refers to chunk {Digest.Of("absent"u8)} of 6 bytes, which the repository does not hold; it is left out", problems[1].Text);
        Assert.Equal(2, said.Count);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(5, false)]
    [InlineData(15, false)]
    public void A_problem_is_recorded_however_long_the_keys_of_other_makers_are(int mebibytes, bool areKept)
    {
        ArrayBufferWriter<byte> record = new();
        MessagePackWriter writer = new(record);
        writer.WriteMapHeader(3);
        writer.Write("stage");
        writer.Write("find");
        writer.Write("text");
        writer.Write("changed");
        writer.Write("x-note");
        writer.Write(new byte[mebibytes << 20]);
        writer.Flush();
        ProblemRecord large = ProblemRecord.ReadFrom(new ReadOnlySequence<byte>(record.WrittenMemory));
        ProblemRecord other = new(BytePath.Of("b"), "find", 13, "Permission denied");
        List<ProblemRecord> problems = Record("bs-store", sink =>
        {
            sink.AddProblem(other);
            sink.AddProblem(large);
            sink.AddProblem(other);
        });
        Assert.Equal(["Permission denied", "changed", "Permission denied"], problems.Select(static problem => problem.Text));
        Assert.Equal(areKept ? large.Unknown.Length : 0, problems[1].Unknown.Length);
        Assert.Equal(areKept ? 0 : 1, said.Count);
    }

    public void Dispose() => repository.Dispose();

    private List<ProblemRecord> Record(string program, Action<SavesetSink> write)
    {
        Saveset saveset;
        using (RepositoryWriter writer = repository.Write())
        using (SavesetSink sink =
            writer.Record(new SavesetOptions("h", null, null, Deltas: false, $"{program} 1"), said.Add, TimeProvider.System, checkReferences: true))
        {
            sink.Begin(new BeginRecord());
            write(sink);
            saveset = sink.PublishComplete();
        }

        using RepositoryReader reader = repository.Read();
        return [.. SavesetProblems.Read(reader.Nodes, saveset)];
    }
}
