using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Walk.Tests;

public sealed class AttributeTests
{
    private const string TwoFiles = "touch a b && setfattr -n user.z -v 1 a && setfattr -n user.b -v 0x00ff a && setfattr -n user.d -v d . || exit 0";

    [Fact]
    public async Task Attributes_are_in_the_entry_sorted_by_name()
    {
        using WalkTree tree = Tree();
        Assert.Equal(["", "a", "b"], await tree.WalkAsync());
        Assert.Equal("user.d=64", Shown(tree.Entries[0]));
        Assert.Equal("user.b=00FF user.z=31", Shown(tree.Entries[1]));
        Assert.Null(tree.Entries[2].Attributes);
        Assert.Empty(tree.Problems);
    }

    [Fact]
    public async Task Attributes_of_listed_paths_are_read_too()
    {
        using WalkTree tree = Tree();
        await tree.ListAsync(["a"]);
        Assert.Equal("user.b=00FF user.z=31", Shown(tree.Entries[0]));
    }

    [Fact]
    public async Task Attributes_are_not_read_if_nobody_wants_them()
    {
        using WalkTree tree = Tree();
        await tree.WalkAsync(new WalkOptions { Host = "h", Attributes = false });
        Assert.All(tree.Entries, static entry => Assert.Null(entry.Attributes));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_entry_is_found_by_its_directory_or_where_the_kernel_is_older_by_its_path(bool relative)
    {
        using WalkTree tree = Tree();
        using UnixFile directory = UnixFile.Open(tree.Root, OpenFor.Directory);
        EntryAttributes attributes = new(new AttributeReader(relative));
        Assert.Equal(2, attributes.Read(new EntryPlace(directory, "a\0"u8, tree.Root.Join("a").Terminated()))?.Count);
        Assert.Equal(2, attributes.Read(new EntryPlace(directory, "a\0"u8))?.Count);
        Assert.Equal(2, attributes.Read(new EntryPlace(directory, "a\0"u8, new byte[5000]))?.Count);
        Assert.Empty(attributes.Troubles);
    }

    [Fact]
    public void What_cannot_be_listed_is_told()
    {
        using WalkTree tree = new("true");
        EntryAttributes attributes = new();
        Assert.Null(attributes.Read(new EntryPlace(null, tree.Root.Join("none").Terminated())));
        Assert.Equal([(Errno.ENOENT, "its attributes cannot be listed: No such file or directory")], attributes.Troubles);
    }

    [Fact]
    public async Task Flags_that_need_no_opening_are_in_the_entry_and_none_are_left_out()
    {
        using WalkTree tree = new("touch a b && mkdir d && { chattr +d a d 2> /dev/null || touch none; }");
        List<string> paths = await tree.WalkAsync();
        Assert.SkipWhen(paths.Contains("none"), "no flags on this file system");
        Assert.Equal([null, InodeFlags.NoDump, null, InodeFlags.NoDump], tree.Entries.ConvertAll(static entry => entry.Flags));
    }

    private static WalkTree Tree()
    {
        WalkTree tree = new(TwoFiles);
        bool has = new EntryAttributes().Read(new EntryPlace(null, tree.Root.Terminated())) is not null;
        if (!has)
        {
            tree.Dispose();
            Assert.Skip("no attributes on this file system");
        }

        return tree;
    }

    private static string Shown(EntryRecord entry) =>
        string.Join(' ', entry.Attributes!.Select(static one => $"{Encoding.UTF8.GetString(one.Key)}={Convert.ToHexString(one.Value)}"));
}
