using System.Buffers;
using Backshift.Chunking;
using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Chunk.Tests;

/// <summary>What comes in a stream besides files to be read.</summary>
public sealed class PassedOnTests
{
    private static readonly byte[] Content = Noise(200_000);

    private readonly List<string> said = [];
    private readonly List<string> records = [];
    private readonly MemoryStream content = new();
    private CutterNote? cutter;
    private ProblemRecord? problem;

    [Fact]
    public async Task The_begin_record_says_how_content_is_cut()
    {
        Assert.Equal(ExitCode.Done, await RunAsync(static _ => { }));
        Assert.Equal(("p16", 4096L), (cutter!.Name, cutter.Average));
        Assert.Equal(new CutterKey(CutterKey.PublicSeed).Identity.ToArray(), cutter.Identity);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(150_000)]
    public async Task Data_records_of_any_length_are_cut_as_the_file_would_be(int piece)
    {
        await RunAsync(writer =>
        {
            writer.Write(Entry("a", Content.Length, content: true));
            for (int at = 0; at < Content.Length; at += piece)
            {
                writer.WriteData(Content.AsSpan(at, Math.Min(piece, Content.Length - at)));
            }
        });
        Assert.Equal(Content, content.ToArray());
        Cutter alone = new(new CutterKey(CutterKey.PublicSeed), 4096);
        List<string> expected = [];
        for (int at = 0; at < Content.Length;)
        {
            int size = alone.NextCut(Content.AsSpan(at), endOfFile: true);
            expected.Add($"chunk {size}");
            at += size;
        }

        Assert.Equal(expected, records.Where(static record => record.StartsWith("chunk", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("a/../../x")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("a/./b")]
    [InlineData("..")]
    public async Task A_path_that_leads_elsewhere_is_refused_though_its_content_has_come(string path) =>
        Assert.Equal(ExitCode.DataError, (await Assert.ThrowsAsync<BackshiftException>(() => RunAsync(writer =>
        {
            writer.Write(Entry(path, 3, content: true));
            writer.WriteChunk(null, 3, "abc"u8);
        }))).Code);

    [Fact]
    public async Task A_hole_of_nothing_and_a_chunk_of_another_length_are_refused()
    {
        byte[] tooLong = new byte[StreamLimits.Content + 1];
        Action<RecordWriter>[] wrong =
        [
            static writer => writer.WriteHole(0), static writer => writer.WriteChunk(null, 5, "abc"u8), static writer =>
                writer.WriteChunk(Digest.Of("abc"u8), 0, default),
            static writer => writer.WriteChunk(null, 3, default), writer => writer.WriteChunk(null, tooLong.Length, tooLong),
        ];
        foreach (Action<RecordWriter> write in wrong)
        {
            Assert.Equal(ExitCode.DataError, (await Assert.ThrowsAsync<BackshiftException>(() => RunAsync(writer =>
            {
                writer.Write(Entry("a", 3, content: true));
                write(writer);
            }))).Code);
        }
    }

    [Fact]
    public async Task A_run_of_data_ends_where_a_hole_begins()
    {
        await RunAsync(writer =>
        {
            writer.Write(Entry("a", 30, content: true));
            writer.WriteData(Content.AsSpan(0, 10));
            writer.WriteHole(10);
            writer.WriteData(Content.AsSpan(10, 10));
        });
        Assert.Equal(["begin", "entry a", "chunk 10", "hole 10", "chunk 10", "end"], records);
    }

    [Fact]
    public async Task What_a_second_stage_of_this_kind_gets_it_passes_on()
    {
        await RunAsync(writer =>
        {
            writer.Write(Entry("a", 5, content: true));
            writer.WriteChunk(Digest.Of("hello"u8), 5, "hello"u8);
            writer.Write(Entry("b", 7, content: true));
            writer.WriteChunk(Digest.Of("unseen"u8), 7, []);
        });
        Assert.Equal(["begin", "entry a", $"chunk 5 {Digest.Of("hello"u8)}", "entry b", $"chunk 7 {Digest.Of("unseen"u8)}", "end"], records);
    }

    [Fact]
    public async Task A_record_of_an_unknown_kind_stays_in_its_place()
    {
        byte[] weather = Convert.FromHexString("82a46b696e64a777656174686572a3736b7901");
        await RunAsync(writer =>
        {
            writer.Write(Entry("a", 0, content: false));
            writer.WriteEncoded(new ReadOnlySequence<byte>(weather));
            writer.Write(Entry("b", 0, content: false));
        });
        Assert.Equal(["begin", "entry a", "other " + Convert.ToHexStringLower(weather), "entry b", "end"], records);
    }

    [Fact]
    public async Task A_problem_that_came_along_counts_and_is_not_said_again()
    {
        Assert.Equal(ExitCode.Incomplete,
            await RunAsync(static writer => writer.Write(new ProblemRecord(BytePath.Of("x"), "bs-walk", 13, "Permission denied"))));
        Assert.Empty(said);
        Assert.Equal("bs-walk", problem!.Stage);
    }

    [Fact]
    public async Task A_mark_on_an_entry_that_was_dropped_does_not_fall_on_the_one_before()
    {
        await RunAsync(static writer =>
        {
            writer.Write(Entry("before", 0, content: true));
            writer.Write(Entry("no/such/file", 5, content: false));
            writer.Write(new ProblemRecord(BytePath.Of("x"), "bs-walk", 0, "no attributes", Marks: true));
        });
        Assert.Equal(["begin", "entry before", "problem", "problem", "end"], records);
        Assert.Equal(("bs-walk", false), (problem!.Stage, problem.Marks));
    }

    [Fact]
    public async Task Content_behind_an_entry_that_does_not_announce_it_is_refused()
    {
        BackshiftException e = await Assert.ThrowsAsync<BackshiftException>(() => RunAsync(static writer =>
        {
            writer.Write(new EntryRecord { Path = BytePath.Of("d"), Type = EntryType.Directory });
            writer.WriteData("x"u8);
        }));
        Assert.Equal(ExitCode.DataError, e.Code);
        Assert.DoesNotContain("end", records);
    }

    [Fact]
    public async Task An_empty_file_that_a_filter_made_up_is_not_looked_for()
    {
        Assert.Equal(ExitCode.Done, await RunAsync(static writer => writer.Write(Entry("made/up", 0, content: false))));
        Assert.Equal(["begin", "entry made/up", "end"], records);
    }

    [Fact]
    public async Task Later_names_of_fifos_and_symbolic_links_are_links_too()
    {
        await RunAsync(static writer =>
        {
            foreach (string path in (string[])["a", "b"])
            {
                writer.Write(new EntryRecord { Path = BytePath.Of("fifo-" + path), Type = EntryType.Fifo, Dev = 1, Ino = 2, Nlink = 2 });
                writer.Write(new EntryRecord { Path = BytePath.Of("symlink-" + path), Type = EntryType.SymbolicLink, Target = [1], Dev = 1, Ino = 3,
                    Nlink = 2 });
                writer.Write(new EntryRecord { Path = BytePath.Of("dir-" + path), Type = EntryType.Directory, Dev = 1, Ino = 4, Nlink = 2 });
            }
        });
        Assert.Equal(["begin", "entry fifo-a", "entry symlink-a", "entry dir-a", "entry fifo-b -> fifo-a", "entry symlink-b -> symlink-a", "entry dir-b",
            "end"], records);
    }

    [Fact]
    public async Task Chunks_carry_their_digests_where_that_is_asked_for()
    {
        await RunAsync(
            static writer =>
            {
                writer.Write(Entry("a", 5, content: true));
                writer.WriteData("hello"u8);
            },
            digests: true);
        Assert.Contains($"chunk 5 {Digest.Of("hello"u8)}", records);
    }

    private static byte[] Noise(int length)
    {
        byte[] bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        return bytes;
    }

    private static EntryRecord Entry(string path, long size, bool content) =>
        new() { Path = BytePath.Of(path), Type = EntryType.File, Size = size, HasContent = content };

    private async Task<ExitCode> RunAsync(Action<RecordWriter> write, bool digests = false)
    {
        using MemoryStream input = new();
        RecordWriter writer = new(input);
        writer.Write(new BeginRecord());
        write(writer);
        writer.Write(new EndRecord("test", 0, 0, 0));
        await writer.FlushAsync();
        input.Position = 0;
        using MemoryStream output = new();
        using ChunkStage stage = new(
            new PassThrough(new RecordReader(input), new RecordWriter(output), "bs-chunk"),
                new ChunkSettings(new CutterKey(CutterKey.PublicSeed), 4096, ChunkNaming.Plain) { Readers = 4, Digests = digests }, said.Add);
        ExitCode status = await stage.RunAsync(CancellationToken.None);
        output.Position = 0;
        RecordReader reader = new(output);
        while (await reader.ReadAsync())
        {
            records.Add(Show(reader));
        }

        return status;
    }

    private string Show(RecordReader reader)
    {
        switch (reader.Kind)
        {
            case RecordKind.Begin:
                cutter = BeginRecord.ReadFrom(reader.Encoded).Cutter;
                return "begin";
            case RecordKind.Entry:
                EntryRecord entry = EntryRecord.ReadFrom(reader.Encoded);
                return $"entry {entry.Path}" + (entry.Type == EntryType.Link ? $" -> {new BytePath(entry.Target!)}" : "");
            case RecordKind.Chunk:
                ChunkRecord chunk = ChunkRecord.ReadFrom(reader.Encoded);
                content.Write(chunk.Bytes.ToArray());
                return $"chunk {chunk.Size}" + (chunk.Digest is { } digest ? $" {digest}" : "");
            case RecordKind.Hole:
                return $"hole {HoleRecord.ReadFrom(reader.Encoded)}";
            case RecordKind.Problem:
                problem = ProblemRecord.ReadFrom(reader.Encoded);
                return "problem";
            case RecordKind.End:
                return "end";
            default:
                return $"other {Convert.ToHexStringLower(reader.Encoded.ToArray())}";
        }
    }
}
