using System.Buffers;
using System.Text;
using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Xunit;

namespace Backshift.Tools.Read.Tests;

public sealed class SavesetStreamTests
{
    private readonly List<string> said = [];

    private async Task<(ExitCode Code, List<string> Records)> ReadAsync(SavedTree tree, bool references = false, params string[] paths)
    {
        using RepositoryReader reader = tree.Open(references ? 0 : 1);
        using MemoryStream stream = new();
        ExitCode code = await new SavesetStream(reader, reader.Find("@2"), new PathSelection([.. paths.Select(BytePath.Of)]), references, stream, said.Add)
            .RunAsync(CancellationToken.None);
        stream.Position = 0;
        return (code, await RecordsAsync(stream));
    }

    private static async Task<List<string>> RecordsAsync(Stream stream)
    {
        RecordReader records = new(stream);
        List<string> lines = [];
        try
        {
            while (await records.ReadAsync())
            {
                lines.Add(Line(records));
            }
        }
        catch (StreamCutException)
        {
            lines.Add("cut");
        }

        return lines;
    }

    private static string Line(RecordReader records)
    {
        switch (records.Kind)
        {
            case RecordKind.Begin:
                BeginRecord begin = BeginRecord.ReadFrom(records.Encoded);
                return $"begin {begin.Host} {begin.Started}";
            case RecordKind.Entry:
                EntryRecord entry = EntryRecord.ReadFrom(records.Encoded);
                return $"{entry.Type} "
                    + $"{entry.Path}{(entry.HasContent ? " content" : "")}{(entry.Type == EntryType.Link ? " " + Escaping.Display(entry.Target) : "")}";
            case RecordKind.Chunk:
                ChunkRecord chunk = ChunkRecord.ReadFrom(records.Encoded);
                Assert.True(chunk.IsReference || chunk.Digest == Digest.Of(chunk.Bytes.ToArray()));
                return $"chunk {chunk.Size} {Encoding.UTF8.GetString(chunk.Bytes)}";
            case RecordKind.Hole:
                return $"hole {HoleRecord.ReadFrom(records.Encoded)}";
            case RecordKind.Problem:
                ProblemRecord problem = ProblemRecord.ReadFrom(records.Encoded);
                return $"problem {problem}{(problem.Marks ? " marks" : "")}";
            case RecordKind.End:
                EndRecord end = EndRecord.ReadFrom(records.Encoded);
                return $"end {end.Entries} {end.Bytes} {end.Problems}";
            default:
                return records.Kind.ToString();
        }
    }

    [Fact]
    public async Task An_entry_of_a_type_that_a_later_version_has_goes_on_as_it_is_with_its_content()
    {
        using SavedTree tree = new SavedTree().Later("a", "door", "behind").File("b", "2").Save();
        (ExitCode code, List<string> records) = await ReadAsync(tree);
        Assert.Equal(ExitCode.Done, code);
        Assert.Equal(["begin h 2023-11-14T22:13:20Z", "Unknown a content", "chunk 6 behind", "File b content", "chunk 1 2", "end 2 1 0"], records);
    }

    private static SavedTree Tree() => new SavedTree().Directory("d").Link("d/a", "f", 2).File("f", ["one"u8.ToArray(), [], "two"u8.ToArray()], nlink: 2)
        .Problem("f", "changed", marks: true).Problem("/gone", "vanished", marks: false);

    [Fact]
    public async Task A_saveset_is_a_stream_again_with_what_was_skipped_and_what_is_marked()
    {
        using SavedTree tree = Tree().Save();
        (ExitCode code, List<string> records) = await ReadAsync(tree);
        Assert.Equal(ExitCode.Done, code);
        Assert.Equal(
            [
                "begin h 2023-11-14T22:13:20Z", "problem /gone: vanished", "Directory d", "File d/a content", "chunk 3 one", "hole 4096", "chunk 3 two",
                "problem d/a: changed marks", "Link f d/a", "end 3 4102 2",
            ],
            records);
    }

    [Fact]
    public async Task References_name_chunks_without_their_bytes()
    {
        using SavedTree tree = Tree().Save();
        (_, List<string> records) = await ReadAsync(tree, references: true, "f");
        Assert.Equal(["begin h 2023-11-14T22:13:20Z", "File f content", "chunk 3 ", "hole 4096", "chunk 3 ", "problem f: changed marks", "end 1 4102 1"],
            records);
    }

    [Fact]
    public async Task The_stream_of_an_incomplete_saveset_has_no_end()
    {
        using SavedTree tree = new SavedTree().File("f", "x").Save(complete: false);
        (ExitCode code, List<string> records) = await ReadAsync(tree);
        Assert.Equal(ExitCode.Incomplete, code);
        Assert.Equal("cut", records[^1]);
        Assert.Equal(["h@20231114T221320Z: is incomplete; the stream has no end"], said);
    }

    [Fact]
    public async Task Damage_ends_the_stream_without_an_end()
    {
        using SavedTree tree = new SavedTree().File("f", "x").Save();
        tree.Damage();
        using RepositoryReader reader = tree.Open();
        using MemoryStream stream = new();
        await Assert.ThrowsAsync<BackshiftException>(
            () => new SavesetStream(reader, reader.Find("@latest"), new PathSelection([]), false, stream, said.Add).RunAsync(CancellationToken.None));
        stream.Position = 0;
        Assert.Equal(["begin h 2023-11-14T22:13:20Z", "File f content", "cut"], await RecordsAsync(stream));
    }
}
