using System.Text;
using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Tooling;
using Backshift.Tools.Tests;
using Xunit;

namespace Backshift.Tools.List.Tests;

public sealed class ListingTests
{
    private readonly List<string> said = [];

    private (ExitCode Code, string Text) List(SavedTree tree, int depth, params string[] paths)
    {
        using RepositoryReader reader = tree.Open(workers: 0);
        using MemoryStream stream = new();
        ExitCode code = new SavesetListing(reader, reader.Find("h@latest"), new OutputBuffer(stream), new ListOptions(), said.Add)
            .Entries(new PathSelection([.. paths.Select(BytePath.Of)], depth), CancellationToken.None);
        return (code, Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static SavedTree Tree() => new SavedTree().Directory(".").Directory("d").File("d/e/f", "1").File("d/g", "2").File("d-x", "3").Save();

    [Fact]
    public void A_directory_comes_before_what_lies_in_it_and_that_before_its_neighbours()
    {
        using SavedTree tree = Tree();
        Assert.Equal((ExitCode.Done, "./\nd/\nd/e/f\nd/g\nd-x\n"), List(tree, int.MaxValue));
    }

    [Fact]
    public void Named_paths_alone_or_to_a_depth()
    {
        using SavedTree tree = Tree();
        Assert.Equal((ExitCode.Done, "./\nd/\nd/g\n"), List(tree, 0, "/d/g/", ".", "d"));
        Assert.Equal((ExitCode.Done, "./\nd/\nd-x\n"), List(tree, 1));
        Assert.Equal((ExitCode.Done, "d/\nd/g\n"), List(tree, 1, "d"));
        Assert.Equal((ExitCode.Done, "d/e/f\n"), List(tree, 1, "d/e"));
    }

    [Fact]
    public void A_missing_path_is_named_and_the_others_are_listed()
    {
        using SavedTree tree = Tree();
        Assert.Equal((ExitCode.NoInput, "d/g\n"), List(tree, int.MaxValue, "nope", "d/g", "d/e/../g"));
        Assert.Equal(["d/e/../g: is not in h@20231114T221320Z", "nope: is not in h@20231114T221320Z"], said);
    }

    [Fact]
    public void Problems_are_listed_with_the_program_that_met_them()
    {
        using SavedTree tree = new SavedTree().File("f", "1").Problem("f", "changed", marks: true).Problem("a\nb", "gone", marks: false).Save();
        using RepositoryReader reader = tree.Open(workers: 0);
        using MemoryStream stream = new();
        new SavesetListing(reader, reader.Find("@latest"), new OutputBuffer(stream), new ListOptions(), said.Add).Problems(CancellationToken.None);
        Assert.Equal("test: f: changed\ntest: a\\nb: gone\n", Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public async Task A_cut_stream_is_listed_as_far_as_it_goes_and_is_an_error()
    {
        using MemoryStream listed = new();
        Stream stream = await new RecordStream().File("a", 1, "x").CloseAsync(end: false);
        StreamListing listing = new(stream, new OutputBuffer(listed), new ListOptions(), said.Add);
        await Assert.ThrowsAsync<StreamCutException>(() => listing.RunAsync(new PathSelection([]), CancellationToken.None));
        Assert.Equal("a\n", Encoding.UTF8.GetString(listed.ToArray()));
    }

    [Fact]
    public async Task A_stream_that_tells_of_problems_is_not_done()
    {
        using MemoryStream listed = new();
        Stream stream = await new RecordStream().File("a", 1, "x").Problem("b", "gone").CloseAsync();
        StreamListing listing = new(stream, new OutputBuffer(listed), new ListOptions(), said.Add);
        Assert.Equal(ExitCode.Incomplete, await listing.RunAsync(new PathSelection([]), CancellationToken.None));
        Assert.Equal(["the stream reports 1 problem"], said);
    }
}
