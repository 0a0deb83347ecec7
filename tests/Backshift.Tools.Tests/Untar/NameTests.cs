using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Untar.Tests;

public sealed class NameTests
{
    private static readonly byte[] Old = "old"u8.ToArray();
    private static readonly byte[] New = "newer"u8.ToArray();

    [Fact]
    public async Task A_link_to_itself_is_the_file_that_came_before()
    {
        // tar cf - d d, and tar cf - d/b d.
        Untarring twice = await Untarring.OfAsync(Link(Link(Link(Link(new Archive().Add("d/a", content: Old), "d/b", "d/a"), "d/a", "d/a"), "d/b", "d/a"),
            "./d/b", "d//b").AddZeros());
        Assert.Equal((ExitCode.Done, 0), (twice.Status, twice.Said.Count));
        Assert.Equal(["d/a file", "d/b link d/a"], Lines(twice));
    }

    [Fact]
    public async Task A_link_to_itself_with_nothing_before_it_is_a_problem()
    {
        Untarring untarring = await Untarring.OfAsync(Link(new Archive(), "a", "./a").Add("f").AddZeros());
        Assert.Equal(["f file"], Lines(untarring));
        Assert.Equal((ExitCode.Incomplete, "is a link to itself, and nothing precedes it under this name; left out"),
            (untarring.Status, Assert.Single(untarring.Problems).Text));
    }

    [Fact]
    public async Task Links_that_lead_to_each_other_are_one_file()
    {
        Untarring untarring = await Untarring.OfAsync(Link(Link(Link(new Archive().Add("a", content: Old), "b", "a"), "a", "b"), "c", "b").AddZeros());
        Assert.Equal((ExitCode.Done, 0), (untarring.Status, untarring.Said.Count));
        Assert.Equal(["a file", "b link a", "c link a"], Lines(untarring));
    }

    [Fact]
    public async Task A_link_before_its_target_is_written_behind_it()
    {
        Untarring untarring = await Untarring.OfAsync(Link(Link(Link(new Archive(), "c", "b"), "b", "a"), "lost", "nowhere").Add("a", content: Old).AddZeros());
        Assert.Equal(["a file", "c link a", "b link a"], Lines(untarring));
        Assert.Equal("lost: is a link to \"nowhere\", which is not in the archive; left out", Assert.Single(untarring.Said));
    }

    [Fact]
    public async Task Links_that_wait_for_each_other_are_problems()
    {
        Untarring untarring = await Untarring.OfAsync(Link(Link(new Archive(), "a", "b"), "b", "a").Add("c").AddZeros());
        Assert.Equal(["c file"], Lines(untarring));
        Assert.Equal(2, untarring.Problems.Count);
    }

    [Fact]
    public async Task A_link_that_waits_gives_way_to_what_comes_under_its_name()
    {
        Untarring untarring = await Untarring.OfAsync(Link(new Archive(), "l", "a").Add("l", content: Old).Add("a", content: New).AddZeros());
        Assert.Equal(["l file", "a file"], Lines(untarring));
        Assert.Equal(ExitCode.Done, untarring.Status);
    }

    [Fact]
    public async Task A_link_to_nothing_does_not_replace_a_file()
    {
        Untarring untarring = await Untarring.OfAsync(Link(new Archive().Add("l", content: Old), "l", "a").Add("a", content: New).AddZeros());
        Assert.Equal(["l file", "a file"], Lines(untarring));
        Assert.Equal("l: is a link to \"a\", which does not precede it; left out", Assert.Single(untarring.Said));
    }

    [Fact]
    public async Task A_link_whose_target_came_again_is_named()
    {
        // To tar, b keeps the old content; a stream has no name for that.
        Untarring untarring = await Untarring.OfAsync(Link(new Archive().Add("a", content: Old), "b", "a").Add("a", content: New).AddZeros());
        Assert.Equal(ExitCode.Incomplete, untarring.Status);
        Assert.Equal("b: is a link to \"a\", which comes again after it: the content that they shared is stored under no name", Assert.Single(untarring.Said));
    }

    [Fact]
    public async Task A_file_that_was_appended_with_all_its_links_is_no_problem()
    {
        Untarring untarring = await Untarring.OfAsync(Link(Link(new Archive().Add("a", content: Old), "b", "a").Add("a", content: New), "b", "a").AddZeros());
        Assert.Equal((ExitCode.Done, 0), (untarring.Status, untarring.Said.Count));
        Assert.Equal(["a file", "b link a", "a file", "b link a"], Lines(untarring));
    }

    [Fact]
    public async Task Content_that_comes_with_a_link_is_that_of_the_file()
    {
        Archive archive =
            new Archive().Add("a").AddPax(("size", "5")).Add("b", '1', New, target: "a").Add("b2", '1', New, target: "b").Add("c", '1', New, target: "none")
            .AddPax(("size", "3")).Add("a", '1', Old, target: "a").Add("d").AddZeros();
        Untarring untarring = await Untarring.OfAsync(archive);
        Assert.Equal(["a file", "a file", "b link a", "b2 link a", "c file", "a file", "d file"], Lines(untarring));
        Assert.Equal(["", "newer", "", "", "newer", "old", ""], untarring.Contents);
        Assert.Equal("c: is a link with content, and not to \"none\", which does not precede it; kept as a file", Assert.Single(untarring.Said));
    }

    [Fact]
    public async Task A_size_without_content_is_passed_over()
    {
        Untarring untarring = await Untarring.OfAsync(
            new Archive().Add("a", content: Old).Add("b", '1', target: "a", size: "00000000003").Add("d/", '5', size: "00000001000")
                .Add("s", '2', target: "a", size: "00000000003").AddZeros());
        Assert.Equal(["a file", "b link a", "d dir", "s symlink a"], Lines(untarring));
        Assert.Equal(ExitCode.Done, untarring.Status);
    }

    [Fact]
    public async Task Content_of_a_directory_is_named_and_skipped()
    {
        Untarring untarring = await Untarring.OfAsync(new Archive().Add("d/", '5', New).Add("e").AddZeros());
        Assert.Equal(["d dir", "e file"], Lines(untarring));
        Assert.Equal("d/: 5 bytes follow it in the archive, which nothing of its type can have; skipped", Assert.Single(untarring.Said));
    }

    [Fact]
    public async Task A_directory_with_entries_never_becomes_a_file()
    {
        Untarring untarring = await Untarring.OfAsync(
            Link(new Archive().Add("d/", '5').Add("d/e/f").Add("d/e", content: Old).Add("d", '2', target: "x").Add("a"), "d", "a").Add("d/g").AddZeros());
        Assert.Equal(["d dir", "d/e/f file", "a file", "d/g file"], Lines(untarring));
        Assert.Equal(3, untarring.Problems.Count);
        Assert.Equal("d/e: comes again, not as a directory, while there are entries in it; left out", untarring.Said[0]);
    }

    [Fact]
    public async Task Nothing_lies_below_what_is_no_directory()
    {
        Untarring untarring = await Untarring.OfAsync(
            new Archive().Add("f", content: Old).Add("f/x").Add("s", '2', target: "d").Add("s/a/b").Add("d/", '5').Add("d", '2', target: "x").Add("d/c")
                .AddZeros());
        Assert.Equal(["f file", "s symlink d", "d dir", "d symlink x"], Lines(untarring));
        Assert.Equal(
            ["f/x: lies below \"f\", which is not a directory in the archive; left out",
            "s/a/b: lies below \"s\", which is not a directory in the archive; left out",
                "d/c: lies below \"d\", which is not a directory in the archive; left out"],
            untarring.Said);
    }

    [Fact]
    public async Task A_file_that_becomes_a_directory_is_one()
    {
        Untarring untarring = await Untarring.OfAsync(Link(new Archive().Add("d", content: Old), "l", "d").Add("d/", '5').Add("d/x").AddZeros());
        Assert.Equal(["d file", "l link d", "d dir", "d/x file"], Lines(untarring));
        Assert.Equal("l: is a link to \"d\", which comes again after it: the content that they shared is stored under no name", Assert.Single(untarring.Said));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    [InlineData(100_000_000)]
    [Trait("Length", "long")]
    public void Names_are_remembered_in_memory_and_on_disk_alike(int limit)
    {
        using ArchiveNames names = new(ScratchSpace.Create, limit);
        const int Count = 20_000;
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal(PlacementKind.Written, names.Add(File($"d{i % 100}/{i}")).Kind);
            Assert.Equal(PlacementKind.Written, names.Add(LinkTo($"l/{i % 7}/{i}", $"d{i % 100}/{i}")).Kind);
        }

        for (int i = 0; i < Count; i += 3)
        {
            Assert.Equal(new Placement(PlacementKind.Known, Root: BytePath.Of($"d{i % 100}/{i}")), names.Add(LinkTo($"d{i % 100}/{i}", $"l/{i % 7}/{i}")));
            Assert.Equal(PlacementKind.LeftOut, names.Add(File($"d{i % 100}/{i}/below")).Kind);
            Assert.Equal(PlacementKind.LeftOut, names.Add(File($"d{i % 100}")).Kind);
        }

        Assert.Empty(names.Finish());
        Assert.Equal(PlacementKind.Waits, names.Add(LinkTo("late", "later")).Kind);
        names.Add(File("later"));
        names.Add(File("d0/0"));
        Assert.Equal(["l/0/0", "late"], names.Finish().Select(static late => late.Name.ToString()));
    }

    private static Archive Link(Archive archive, string name, string target) => archive.Add(name, '1', target: target);

    private static EntryRecord File(string path) => new() { Path = BytePath.Of(path), Type = EntryType.File };

    private static EntryRecord LinkTo(string path, string target) =>
        new() { Path = BytePath.Of(path), Type = EntryType.Link, Target = Encoding.ASCII.GetBytes(target) };

    private static List<string> Lines(Untarring untarring) => untarring.Entries.ConvertAll(static entry =>
        $"{entry.Path} {Encoding.ASCII.GetString(EntryTypes.Name(entry.Type))}{(entry.Target is null ? "" : $" {Encoding.ASCII.GetString(entry.Target)}")}");
}
