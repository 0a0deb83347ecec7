using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Tooling;
using Backshift.Tools.Tests;
using Xunit;

namespace Backshift.Tools.Tar.Tests;

public sealed class StreamTarTests
{
    private readonly List<string> said = [];

    private async Task<List<string>> TarAsync(RecordStream stream, ExitCode expected, params string[] paths)
    {
        using MemoryStream archive = new();
        Assert.Equal(expected, await Stage(await stream.CloseAsync(), archive, null, paths).RunAsync(CancellationToken.None));
        return TarText.Of(archive);
    }

    private StreamTar Stage(Stream stream, MemoryStream archive, RepositoryReader? reader = null, params string[] paths) =>
        new(stream, () => reader, new MemberChoice(new PathSelection([.. paths.Select(BytePath.Of)])), new TarOptions(), new OutputBuffer(archive), said.Add);

    [Fact]
    public async Task A_stream_with_contents_becomes_an_archive() =>
        Assert.Equal(["a=12345", "b"], await TarAsync(new RecordStream().File("a", 5, "123", "45").File("b", 0), ExitCode.Done));

    [Fact]
    public async Task Content_that_is_too_short_or_too_long_is_brought_to_the_size_in_the_header()
    {
        Assert.Equal(["a=12\0\0", "b=xx", "c=c"],
            await TarAsync(new RecordStream().File("a", 4, "12").File("b", 2, "x", "xyz", "z").File("c", 1, "c"), ExitCode.Incomplete));
        Assert.Equal(["a: its content is 2 bytes shorter than its size; filled with zeros", "b: its content is longer than its size, and is truncated"], said);
    }

    [Fact]
    public async Task What_lies_below_a_symbolic_link_is_left_out_in_whatever_order_the_stream_is()
    {
        RecordStream stream = new RecordStream()
            .Write(new EntryRecord { Path = BytePath.Of("a"), Type = EntryType.SymbolicLink, Target = "/etc"u8.ToArray() })
            .File("ab", 1, "1")
            .File("z/a/b", 1, "2")
            .File("a/passwd", 1, "3")
            .Write(new EntryRecord { Path = BytePath.Of("hard"), Type = EntryType.Link, Target = "a/shadow"u8.ToArray() })
            .File("a/deep/er", 1, "4");
        Assert.Equal(["a", "ab=1", "z/a/b=2"], await TarAsync(stream, ExitCode.Incomplete));
        Assert.Equal(
            [
                "a/passwd: lies below a, which is a symbolic link; left out",
                "hard: is a link to a/shadow, which lies below a, a symbolic link; left out",
                "a/deep/er: lies below a, which is a symbolic link; left out",
            ],
            said);
    }

    [Fact]
    public void More_symbolic_links_than_can_be_remembered_are_noticed()
    {
        SymlinkPaths links = new();
        for (int i = 0; i < SymlinkPaths.Limit; i++)
        {
            links.Add(System.Text.Encoding.ASCII.GetBytes($"links/{i}"));
        }

        Assert.False(links.IsFull);
        links.Add("one more"u8);
        Assert.True(links.IsFull);
        Assert.Equal(10, links.FindAbove("links/1234/x"u8));
        Assert.Equal(0, links.FindAbove("links/1234"u8));
        Assert.Equal(0, links.FindAbove("one more/x"u8));
    }

    [Fact]
    public async Task Problems_of_the_stream_are_in_the_status()
    {
        Assert.Equal(["a=x"], await TarAsync(new RecordStream().File("a", 1, "x").Problem("b", "gone"), ExitCode.Incomplete));
        Assert.Equal(["the stream reports 1 problem"], said);
    }

    [Fact]
    public async Task An_archive_of_a_cut_stream_has_no_end()
    {
        using MemoryStream archive = new();
        Stream stream = await new RecordStream().File("a", 3, "abc").CloseAsync(end: false);
        await Assert.ThrowsAsync<StreamCutException>(() => Stage(stream, archive).RunAsync(CancellationToken.None));
        Assert.True(archive.Length <= 1024);
    }

    [Fact]
    public async Task A_reference_wants_a_repository()
    {
        using SavedTree tree = new SavedTree().File("f", "content").Save();
        using RepositoryReader reader = tree.Open();
        using MemoryStream archive = new();
        Stream stream = await new RecordStream().File("a", 7).Reference("content").CloseAsync();
        Assert.Equal(ExitCode.Done, await Stage(stream, archive, reader).RunAsync(CancellationToken.None));
        Assert.Equal(["a=content"], TarText.Of(archive));
        stream.Position = 0;
        BackshiftException trouble = await Assert.ThrowsAsync<BackshiftException>(() => Stage(stream, archive).RunAsync(CancellationToken.None));
        Assert.Equal(ExitCode.Usage, trouble.Code);
    }

    [Fact]
    public async Task A_file_that_nobody_has_read_is_an_error_that_names_bs_chunk()
    {
        Stream stream = await new RecordStream().Write(new EntryRecord { Path = BytePath.Of("a"), Type = EntryType.File, Size = 3 }).CloseAsync();
        using MemoryStream archive = new();
        BackshiftException trouble = await Assert.ThrowsAsync<BackshiftException>(() => Stage(stream, archive).RunAsync(CancellationToken.None));
        Assert.Contains("bs-chunk", trouble.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paths_choose_and_what_is_missing_is_named()
    {
        Assert.Equal(["d/x=1"], await TarAsync(new RecordStream().File("c", 1, "0").File("d/x", 1, "1").File("dd", 1, "2"), ExitCode.NoInput, "d", "e"));
        Assert.Equal(["e: is not in the stream"], said);
    }
}
