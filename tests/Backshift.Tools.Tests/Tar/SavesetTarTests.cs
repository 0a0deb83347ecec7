using System.Text;
using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Tar;
using Backshift.Tooling;
using Xunit;

namespace Backshift.Tools.Tar.Tests;

public sealed class SavesetTarTests
{
    private static ExitCode Run(SavedTree tree, MemoryStream archive, TarOptions? options, string[] paths, int workers = 1)
    {
        using RepositoryReader reader = tree.Open(workers);
        MemberChoice choice = new(new PathSelection([.. paths.Select(BytePath.Of)]));
        return new SavesetTar(reader, reader.Find("@2"), choice, options ?? new TarOptions(), new OutputBuffer(archive), tree.Said.Add)
            .Run(CancellationToken.None);
    }

    private static List<string> Tar(SavedTree tree, params string[] paths)
    {
        using MemoryStream archive = new();
        Assert.Equal(ExitCode.Done, Run(tree, archive, null, paths));
        return TarText.Of(archive);
    }

    private static SavedTree Linked() => new SavedTree()
        .Directory(".").Directory("a").Link("a/x", "m/real", 4).File("m/real", "content", nlink: 4).Link("m/s", "m/real", 4).Directory("z")
            .Link("z/y", "m/real", 4).Save();

    [Fact]
    public void A_link_that_comes_before_its_target_gets_the_content_and_all_others_link_to_it()
    {
        using SavedTree tree = Linked();
        Assert.Equal(["./", "a/", "a/x=content", "m/real -> a/x", "m/s -> a/x", "z/", "z/y -> a/x"], Tar(tree));
    }

    [Fact]
    public void Links_whose_target_is_outside_the_selection_are_linked_to_each_other()
    {
        using SavedTree tree = Linked();
        Assert.Equal(["m/s=content", "z/", "z/y -> m/s"], Tar(tree, "z", "m/s"));
        Assert.Equal(["m/real=content", "m/s -> m/real"], Tar(tree, "m"));
    }

    [Fact]
    public void A_link_to_something_that_is_not_there_is_named_and_left_out()
    {
        using SavedTree tree = new SavedTree().File("a", "1").Link("b", "gone", 2).Save();
        using MemoryStream archive = new();
        Assert.Equal(ExitCode.Incomplete, Run(tree, archive, null, []));
        Assert.Equal(["a=1"], TarText.Of(archive));
        Assert.Equal(["b: is a link to gone, which is not in h@20231114T221320Z; left out"], tree.Said);
    }

    [Fact]
    public void Overlapping_paths_are_written_once_in_the_order_of_the_tree_and_missing_ones_named()
    {
        using SavedTree tree = new SavedTree().Directory("d").File("d/1", "1").File("d/2", "2").File("d.x", "x").File("e", "e").Save();
        using MemoryStream archive = new();
        Assert.Equal(ExitCode.NoInput, Run(tree, archive, null, ["/e", "d/2", "./d/", "d", "f", "d/3"]));
        Assert.Equal(["d/", "d/1=1", "d/2=2", "e=e"], TarText.Of(archive));
        Assert.Equal(["d/3: is not in h@20231114T221320Z", "f: is not in h@20231114T221320Z"], tree.Said);
    }

    [Theory, InlineData(0), InlineData(1), InlineData(3)]
    [Trait("Length", "long")]
    public void A_file_of_many_blocks_comes_out_whole_whatever_reads_ahead(int workers)
    {
        // 80 blocks, three times as many as are kept, the second half of the file being the first half again.
        Random random = new(7);
        List<byte[]> chunks = [.. Enumerable.Range(0, 640).Select(_ => { byte[] chunk = new byte[8192]; random.NextBytes(chunk); return chunk; })];
        List<byte[]> content = [.. chunks, .. chunks, .. chunks.Where((_, i) => i % 97 == 0)];
        using SavedTree tree = new SavedTree().File("big", content).Save();
        using MemoryStream archive = new();
        Assert.Equal(ExitCode.Done, Run(tree, archive, null, [], workers));
        Assert.Equal(["big=" + string.Concat(content.Select(Encoding.Latin1.GetString))], TarText.Of(archive));
    }

    [Fact]
    public void An_archive_of_a_damaged_repository_has_no_end()
    {
        using SavedTree tree = new SavedTree().File("f", "content").Save();
        tree.Damage();
        using MemoryStream archive = new();
        BackshiftException trouble = Assert.Throws<BackshiftException>(() => Run(tree, archive, null, []));
        Assert.Equal(ExitCode.DataError, trouble.Code);
        Assert.StartsWith("f: chunk ", trouble.Message, StringComparison.Ordinal);
        Assert.Equal(512, archive.Length);
    }

    [Fact]
    public void Zeros_stand_for_a_damaged_chunk_when_that_is_asked_for()
    {
        using SavedTree tree = new SavedTree().File("f", "content").Save();
        tree.Damage();
        using MemoryStream archive = new();
        Assert.Equal(ExitCode.DataError, Run(tree, archive, new TarOptions { Damage = DamageChoice.Zero }, []));
        Assert.Equal(["f=\0\0\0\0\0\0\0"], TarText.Of(archive));
        Assert.Single(tree.Said);
    }

    [Fact]
    public void A_damaged_file_is_left_out_with_its_links_when_that_is_asked_for()
    {
        using SavedTree tree = new SavedTree().File("f", "content", nlink: 2).Link("g", "f", 2).File("h", "").Save();
        tree.Damage();
        using MemoryStream archive = new();
        Assert.Equal(ExitCode.DataError, Run(tree, archive, new TarOptions { Damage = DamageChoice.Skip }, []));
        Assert.Equal(["h"], TarText.Of(archive));
        Assert.Equal(2, tree.Said.Count);
    }

    [Fact]
    public void Holes_are_a_map_in_pax_and_zeros_elsewhere()
    {
        using SavedTree tree = new SavedTree().File("s", [[], "data"u8.ToArray(), []]).Save();
        using MemoryStream pax = new();
        Run(tree, pax, null, []);
        string text = Encoding.Latin1.GetString(pax.ToArray());
        Assert.Contains("GNU.sparse.realsize=8196\n", text, StringComparison.Ordinal);
        Assert.Contains("2\n4096\n512\n8196\n0\n", text, StringComparison.Ordinal);
        using MemoryStream gnu = new();
        Run(tree, gnu, new TarOptions { Format = TarFormat.Gnu }, []);
        Assert.Equal(["s=" + new string('\0', 4096) + "data" + new string('\0', 4096)], TarText.Of(gnu));
    }

    [Fact]
    public void Sockets_are_left_out_and_what_was_saved_with_a_problem_is_named_on_demand()
    {
        using SavedTree tree = new SavedTree().File("f", "x").Problem("f", "changed", marks: true).Add("s", EntryType.Socket).Save();
        using MemoryStream archive = new();
        Assert.Equal(ExitCode.Done, Run(tree, archive, new TarOptions { Verbose = true }, []));
        Assert.Equal(["f=x"], TarText.Of(archive));
        Assert.Equal(["f: was saved with a problem: changed", "s: is a socket; left out"], tree.Said.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_entry_of_a_type_that_a_later_version_has_is_named_and_left_out()
    {
        using SavedTree tree = new SavedTree().File("a", "1").Later("b", "door", "what is behind it").Link("c", "b", 2).File("d", "2").Save();
        using MemoryStream archive = new();
        Assert.Equal(ExitCode.Incomplete, Run(tree, archive, null, []));
        Assert.Equal(["a=1", "d=2"], TarText.Of(archive));
        Assert.Equal(["b: has the type \"door\", which is not known here; left out", "c: left out, as b, which it links to"], tree.Said);
    }

    [Fact]
    public void A_name_that_does_not_fit_leaves_its_links_out_too()
    {
        string name = new('n', 101);
        using SavedTree tree = new SavedTree().File(name, "x", nlink: 2).Link("o", name, 2).File("p", "p").Save();
        using MemoryStream archive = new();
        Assert.Equal(ExitCode.Incomplete, Run(tree, archive, new TarOptions { Format = TarFormat.Ustar }, []));
        Assert.Equal(["p=p"], TarText.Of(archive));
        Assert.Equal(2, tree.Said.Count);
    }
}
