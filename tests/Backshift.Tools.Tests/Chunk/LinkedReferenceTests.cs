using Backshift.Chunking;
using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Chunk.Tests;

public sealed class LinkedReferenceTests
{
    private static readonly Digest Some = Digest.Of("abc"u8);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task A_later_name_of_an_inode_becomes_a_link_although_its_content_came_along(int readers)
    {
        using MemoryStream input = new();
        RecordWriter writer = new(input);
        writer.Write(new BeginRecord());
        foreach (string path in (string[])["a", "b", "c"])
        {
            writer.Write(new EntryRecord { Path = BytePath.Of(path), Type = EntryType.File, Size = 3 + 4, Dev = 1, Ino = 2, Nlink = path == "c" ? 1 : 2,
                HasContent = true });
            writer.WriteChunk(Some, 3, []);
            writer.WriteHole(4);
        }

        writer.Write(new EndRecord("x", 3, 0, 0));
        await writer.FlushAsync();
        input.Position = 0;
        using MemoryStream output = new();
        using ChunkStage stage = new(
            new PassThrough(new RecordReader(input), new RecordWriter(output), "bs-chunk"),
                new ChunkSettings(new CutterKey(CutterKey.PublicSeed), 16384, ChunkNaming.Plain) { Readers = readers }, _ => { });
        Assert.Equal(ExitCode.Done, await stage.RunAsync(CancellationToken.None));
        output.Position = 0;
        Assert.Equal(["begin", "a file", "chunk", "hole", "b link to a", "c file", "chunk", "hole", "end"], await ShowAsync(output));
        Assert.Equal(1, stage.Links);
    }

    private static async Task<List<string>> ShowAsync(Stream stream)
    {
        RecordReader reader = new(stream);
        List<string> shown = [];
        while (await reader.ReadAsync())
        {
            shown.Add(reader.Kind == RecordKind.Entry ? Show(EntryRecord.ReadFrom(reader.Encoded)) : reader.Kind.ToString().ToLowerInvariant());
        }

        return shown;
    }

    private static string Show(EntryRecord entry) =>
        entry.Type == EntryType.Link ? $"{entry.Path} link to {new BytePath(entry.Target!)}{(entry.HasContent ? " with content" : "")}" : $"{entry.Path} file";
}
