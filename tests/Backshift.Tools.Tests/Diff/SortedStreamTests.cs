using System.Text;
using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Savesets;
using Backshift.Tooling;
using Backshift.Tools.Tests;
using Xunit;

namespace Backshift.Tools.Diff.Tests;

public sealed class SortedStreamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task The_lines_do_not_depend_on_the_order(int seed)
    {
        using SavedTree tree = new SavedTree(checkLinks: true).Directory("d").File("d/a", "one").File("d/b", ["two"u8.ToArray(), [], "three"u8.ToArray()])
            .File("e", "gone").File("f", "same").Save();
        (string Path, string[] Chunks)[] files =
            [("d/a", ["on", "e"]), ("d/b", ["two" + new string('\0', 4096), "thre", "E"]), ("f", ["same"]), ("g", ["new"]), ("empty", [])];
        new Random(seed).Shuffle(files);
        RecordStream stream = new();
        foreach ((string path, string[] chunks) in files)
        {
            stream.File(path, chunks.Sum(static chunk => chunk.Length), chunks);
        }

        Assert.Equal(["D dir d/", "M content d/b", "D file e", "A file empty", "A file g"], await LinesAsync(tree, stream));
    }

    [Fact]
    public async Task Of_a_path_that_comes_twice_the_last_counts()
    {
        using SavedTree tree = new SavedTree(checkLinks: true).File("a", "one").File("b", "two").Save();
        Assert.Equal(["M content a"],
            await LinesAsync(tree, new RecordStream().File("b", 3, "xxx").File("a", 3, "one").File("b", 3, "two").File("a", 3, "xxx")));
    }

    [Fact]
    public async Task Links_are_those_of_the_first_name_whatever_the_order()
    {
        using SavedTree tree = new SavedTree(checkLinks: true).File("a", "one", nlink: 3).Link("b", "a", 3).Link("c", "a", 3).Save();
        Assert.Empty(await LinesAsync(tree, Link(Link(new RecordStream().File("c", 3, "one"), "a", "c"), "b", "c")));
        Assert.Equal(["M content a"], await LinesAsync(tree, Link(Link(new RecordStream().File("c", 3, "two"), "a", "c"), "b", "c")));
        Assert.Equal(["D file a", "M links b", "M links c"], await LinesAsync(tree, Link(new RecordStream().File("c", 3, "one"), "b", "c")));
    }

    [Fact]
    public async Task A_file_that_was_compared_with_nothing_counts_as_different()
    {
        using SavedTree tree = new SavedTree(checkLinks: true).File("a", "one").Save();
        Assert.Equal(["M content a", "A link b"], await LinesAsync(tree, Link(new RecordStream().File("b", 3, "one"), "a", "b")));
    }

    [Fact]
    public async Task A_file_that_nobody_has_read_is_compared_by_size()
    {
        using SavedTree tree = new SavedTree(checkLinks: true).File("a", "one").File("b", "two").Save();
        Assert.Equal(["M content a"], await LinesAsync(tree, new RecordStream().Write(NotRead("b", 3)).Write(NotRead("a", 4))));
    }

    private static EntryRecord NotRead(string path, long size) =>
        new() { Path = BytePath.Of(path), Type = EntryType.File, Size = size, Mtime = new UnixTime(1_000_000_000, 0) };

    private static RecordStream Link(RecordStream stream, string path, string target) =>
        stream.Write(new EntryRecord { Path = BytePath.Of(path), Type = EntryType.Link, Target = Encoding.UTF8.GetBytes(target),
            Mtime = new UnixTime(1_000_000_000, 0) });

    private static async Task<string[]> LinesAsync(SavedTree tree, RecordStream records)
    {
        using RepositoryReader reader = tree.Open();
        Saveset saveset = reader.Find("@latest");
        PathSelection all = new([]);
        StreamSide stream = new(await records.CloseAsync(), reader, all);
        await stream.BeginAsync(CancellationToken.None);
        using SortedStream sorted = new(stream, reader, reader.Cursor(saveset), compares: true);
        using SavedSide left = new(reader, saveset, all);
        MemoryStream lines = new();
        OutputBuffer output = new(lines);
        bool differ = await new DiffStage(new MergedSides(left, sorted), output, new DiffOptions()).RunAsync(CancellationToken.None);
        string[] found = Encoding.UTF8.GetString(lines.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(found.Length > 0, differ);
        return found;
    }
}
