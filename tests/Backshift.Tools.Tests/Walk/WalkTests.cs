using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Walk.Tests;

[Trait("Length", "long")]
public sealed class WalkTests
{
    private const string Tag = "printf 'Signature: 8a477f597d28d172789f06886806bc55\\n' > CACHEDIR.TAG";
    private const string Repository = $"mkdir -p repo/packs && (cd repo && {Tag} && printf BACKSHFT1 > backshift && touch packs/1)";

    [Fact]
    public async Task Entries_come_in_the_order_of_an_entry_tree()
    {
        using WalkTree tree = new("mkdir a a.b a-b ab && touch a/z a/y a.b/x a-b/w ab/v a+ b longer-than-eight-1 longer-than-eight-0");
        List<string> paths = await tree.WalkAsync();
        Assert.Equal(["", "a", "a/y", "a/z", "a+", "a-b", "a-b/w", "a.b", "a.b/x", "ab", "ab/v", "b", "longer-than-eight-0", "longer-than-eight-1"], paths);
        List<EntryRecord> sorted = [.. tree.Entries];
        sorted.Sort(static (left, right) => left.Path.CompareTo(right.Path));
        Assert.Equal(sorted, tree.Entries);
    }

    [Fact]
    public async Task Names_of_any_bytes_are_kept()
    {
        using WalkTree tree = new("touch \"$(printf 'new\\nline')\" \"$(printf '\\377\\376')\" -- '-x' ' ' 'back\\slash' $(printf '%0255d' 0)");
        Assert.Equal(["", " ", "-x", new string('0', 255), "back\\\\slash", "new\\nline", "\\xff\\xfe"], await tree.WalkAsync());
    }

    [Fact]
    public async Task Types_that_are_no_files_are_kept_and_never_opened()
    {
        using WalkTree tree = new("mkfifo fifo && ln -s nowhere dangling && ln -s self self && mkdir dir && ln -s dir link");
        Assert.Equal(["", "dangling", "dir", "fifo", "link", "self"], await tree.WalkAsync());
        Assert.Equal("nowhere"u8.ToArray(), tree.Entries[1].Target);
        Assert.Equal(EntryType.Fifo, tree.Entries[3].Type);
        Assert.Equal("dir"u8.ToArray(), tree.Entries[4].Target);
        Assert.Null(tree.Entries[4].Size);
    }

    [Fact]
    public async Task An_entry_has_all_that_statx_tells()
    {
        using WalkTree tree = new("printf hello > f && chmod 6751 f && touch -d '1931-02-03 04:05:06.123456789Z' f && ln f g");
        await tree.WalkAsync();
        EntryRecord entry = tree.Entries[1];
        Assert.Equal(EntryType.File, entry.Type);
        Assert.Equal(Convert.ToUInt32("6751", 8), entry.Mode);
        Assert.Equal(5, entry.Size);
        Assert.Equal(2, entry.Nlink);
        Assert.Equal("1931-02-03T04:05:06.123456789Z", entry.Mtime?.ToStringWithNanoseconds());
        Assert.Equal(0, FileStatus.TryGet(tree.Root.Join("f"), out FileStatus status));
        Assert.Equal(
            (status.Uid, status.Gid, status.Dev, status.Ino, status.Ctime, status.Btime),
            (entry.Uid, entry.Gid, entry.Dev, entry.Ino, entry.Ctime, entry.Btime));
        Assert.Equal(tree.Root.Join("f"), entry.Source);
        Assert.Equal(tree.Entries[1].Ino, tree.Entries[2].Ino);
    }

    [Fact]
    public async Task The_end_counts_entries_and_bytes()
    {
        using WalkTree tree = new("printf hello > f && printf 123 > g");
        await tree.WalkAsync();
        Assert.Equal(new EndRecord("bs-walk", 3, 8, 0), tree.End);
    }

    [Fact]
    public async Task A_tree_deeper_than_paths_and_descriptors_go_is_walked()
    {
        // 150 directories of 100 bytes: three times PATH_MAX, more than twice the descriptors that are kept open; a name behind each on the way back.
        string name = new('d', 100);
        using WalkTree tree = new(Chain(name, 150, "open('e', 'w')"));
        List<string> paths = await tree.WalkAsync();
        Assert.Equal(302, paths.Count);
        Assert.EndsWith($"{name}/leaf", paths[151], StringComparison.Ordinal);
        Assert.Equal("e", paths[^1]);
        Assert.Empty(tree.Problems);
    }

    [Fact]
    public async Task A_list_takes_paths_longer_than_a_system_call_does()
    {
        string name = new('d', 100);
        using WalkTree tree = new(Chain(name, 60, atEnd: "open('leaf', 'w'); os.symlink('target', 'link')"));
        string deep = string.Concat(Enumerable.Repeat(name + "/", 60));
        Assert.Equal([deep + "leaf", deep + "link"], await tree.ListAsync([deep + "leaf", deep + "link"]));
        Assert.Equal("target"u8.ToArray(), tree.Entries[1].Target);
    }

    [Fact]
    public async Task Paths_past_the_bound_of_a_stream_are_a_problem()
    {
        string name = new('d', 250);
        using WalkTree tree = new(Chain(name, 262));
        await tree.WalkAsync(expected: ExitCode.Incomplete);
        Assert.Single(tree.Problems);
        Assert.True(tree.Entries[^1].Path.Length <= StreamLimits.Path);
    }

    [Fact]
    public async Task A_path_that_is_not_there_is_a_problem_and_not_an_end()
    {
        using WalkTree tree = new("touch a b");
        Assert.Equal(["a", "b"], await tree.ListAsync(["a", "gone", "b"], expected: ExitCode.Incomplete));
        ProblemRecord problem = Assert.Single(tree.Problems);
        Assert.Equal((tree.Root.Join("gone"), "bs-walk", Errno.ENOENT), (problem.Path, problem.Stage, problem.Errno));
        Assert.Equal([$"{tree.Root}/gone: No such file or directory"], tree.Said);
        Assert.Equal(1, tree.End?.Problems);
    }

    [Fact]
    public async Task A_path_given_twice_in_a_row_is_taken_once()
    {
        using WalkTree tree = new("touch a b");
        Assert.Equal(["a", "b"], await tree.ListAsync(["a", "./a", "b"]));
    }

    [Fact]
    public async Task A_list_with_two_dots_is_a_problem()
    {
        using WalkTree tree = new("touch a");
        Assert.Equal(["a"], await tree.ListAsync(["x/../a", "a"], expected: ExitCode.Incomplete));
        Assert.Equal("the path contains ..", tree.Problems[0].Text);
    }

    [Fact]
    public async Task A_repository_is_left_out_and_named_once()
    {
        using WalkTree tree = new($"{Repository} && touch a z");
        Assert.Equal(["", "a", "z"], await tree.WalkAsync());
        Assert.Equal([$"{tree.Root}/repo: a Backshift repository, left out"], tree.Said);
    }

    [Fact]
    public async Task A_list_that_leads_into_a_repository_leaves_it_out_and_names_it_once()
    {
        using WalkTree tree = new($"{Repository} && touch a z");
        Assert.Equal(["a", "z"], await tree.ListAsync(["repo/packs/1", "a", "repo", "repo/backshift", "z", "repo/packs"]));
        Assert.Single(tree.Said);
    }

    [Fact]
    public async Task A_marker_without_a_cache_tag_is_no_repository()
    {
        using WalkTree tree = new($"{Repository} && rm repo/CACHEDIR.TAG");
        Assert.Equal(["", "repo", "repo/backshift", "repo/packs", "repo/packs/1"], await tree.WalkAsync());
    }

    [Fact]
    public async Task Of_a_cache_the_directory_and_its_tag_are_kept()
    {
        using WalkTree tree = new($"mkdir -p c/sub && (cd c && {Tag} && touch a sub/b) && mkdir n && (cd n && touch CACHEDIR.TAG x)");
        WalkOptions options = new() { Host = "h", ExcludeCaches = true };
        string[] expected = ["c", "c/CACHEDIR.TAG", "n", "n/CACHEDIR.TAG", "n/x"];
        Assert.Equal(["", .. expected], await tree.WalkAsync(options));
        Assert.Equal(expected, await tree.ListAsync(["c", "c/CACHEDIR.TAG", "c/a", "c/sub", "c/sub/b", "n", "n/CACHEDIR.TAG", "n/x"], options));
        Assert.Equal(["", "c", "c/CACHEDIR.TAG", "c/a", "c/sub", "c/sub/b", .. expected[2..]], await tree.WalkAsync());
    }

    [Fact]
    public async Task What_a_pattern_leaves_out_is_not_entered()
    {
        using WalkTree tree = new("mkdir -p a/build/x b && touch a/build/x/y a/c.o a/keep.o b/build");
        WalkOptions options = new() { Host = "h" };
        options.Patterns.Add("keep.o"u8, exclude: false);
        options.Patterns.Add("*.o"u8, exclude: true);
        options.Patterns.Add("build/"u8, exclude: true);
        options.Patterns.Add("y"u8, exclude: false);
        string[] expected = ["a", "a/keep.o", "b", "b/build"];
        Assert.Equal(["", .. expected], await tree.WalkAsync(options));
        Assert.Equal(expected, await tree.ListAsync(["a", "a/build/x/y", "a/build", "a/c.o", "a/keep.o", "b", "b/build"], options));
    }

    [Fact]
    public async Task A_directory_of_ten_thousand_names_is_in_order()
    {
        using WalkTree tree = new("seq -f 'common-prefix-%.0f' 10000 | xargs touch");
        List<string> paths = await tree.WalkAsync();
        Assert.Equal(10001, paths.Count);
        Assert.Equal(paths.Order(StringComparer.Ordinal), paths);
    }

    [Fact]
    public async Task A_walk_that_is_cancelled_writes_no_end()
    {
        using WalkTree tree = new("touch a");
        using MemoryStream stream = new();
        WalkStage stage = new(new WalkOptions { Host = "h" }, stream, static (_, _) => { }, TimeProvider.System);
        await Assert.ThrowsAsync<OperationCanceledException>(() => stage.RunAsync([tree.Root], new CancellationToken(canceled: true)));
        Assert.Equal(0, stream.Length);
    }

    // A shell cannot go where a path is longer than PATH_MAX.
    private static string Chain(string name, int depth, string inEach = "0", string atEnd = "open('leaf', 'w')") =>
        $"""python3 -c "import os; [({inEach}, os.mkdir('{name}'), os.chdir('{name}')) for i in range({depth})]; {atEnd}" """;
}
