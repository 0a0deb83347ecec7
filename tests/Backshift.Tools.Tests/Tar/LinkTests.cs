using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Links;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;
using Xunit;

namespace Backshift.Tools.Tar.Tests;

public sealed class LinkTests
{
    /// <summary>Random inodes with random names in four directories, in random order, the content under whichever came first.</summary>
    private static SavedTree Random(int seed, bool checkLinks, out Dictionary<string, int> inodes)
    {
        Random random = new(seed);
        SavedTree tree = new(checkLinks: checkLinks);
        Dictionary<string, int> all = [];
        for (int inode = 0; inode < 40; inode++)
        {
            int names = random.Next(1, 6);
            string[] paths = [.. Enumerable.Range(0, names).Select(n => $"{"abcd"[random.Next(4)]}/{random.Next(1000):000}-{inode}-{n}")];
            tree.File(paths[0], $"content {inode}", nlink: names);
            foreach (string path in paths[1..])
            {
                tree.Link(path, paths[0], names);
            }

            Array.ForEach(paths, path => all.Add(path, inode));
        }

        inodes = all;
        return tree.Save();
    }

    private static List<StoredEntry> Resolve(RepositoryReader reader, Func<BytePath, bool> isSelected, int mostStands)
    {
        Saveset saveset = reader.Find("@2");
        using LinkNames links = new(reader.Cursor(saveset), saveset.Entries, isSelected, () => reader.Entries(saveset, default), mostStands);
        return [.. reader.Entries(saveset, default).Where(entry => isSelected(entry.Path)).Select(entry => links.Resolve(entry)!)];
    }

    private static void CheckWhole(List<StoredEntry> entries, Dictionary<string, int> inodes, Func<BytePath, bool> isSelected)
    {
        Dictionary<int, string> first = [];
        foreach (StoredEntry entry in entries)
        {
            int inode = inodes[entry.Path.ToString()];
            if (first.TryAdd(inode, entry.Path.ToString()))
            {
                Assert.Equal(EntryType.File, entry.Entry.Type);
                Assert.Equal($"content {inode}".Length, entry.Parts.Sum(static part => part.Size));
            }
            else
            {
                Assert.Equal(EntryType.Link, entry.Entry.Type);
                Assert.Equal(first[inode], new BytePath(entry.Entry.Target!).ToString());
                Assert.Empty(entry.Parts);
            }
        }

        Assert.Equal(inodes.Keys.Count(path => isSelected(BytePath.Of(path))), entries.Count);
    }

    public static TheoryData<int, bool, int> Cases
    {
        get
        {
            TheoryData<int, bool, int> cases = [];
            foreach (int seed in (int[])[1, 2, 3, 4])
            {
                foreach (int mostStands in (int[])[0, 1, 5, 1000])
                {
                    cases.Add(seed, false, mostStands);
                    cases.Add(seed, true, mostStands);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("Length", "long")]
    public void Whatever_is_selected_each_file_has_its_content_once_and_first(int seed, bool checkLinks, int mostStands)
    {
        using SavedTree tree = Random(seed, checkLinks, out Dictionary<string, int> inodes);
        using RepositoryReader reader = tree.Open();
        foreach (string directories in (string[])["abcd", "d", "bd", "ac", "c"])
        {
            bool IsSelected(BytePath path) => directories.Contains((char)path.Span[0], StringComparison.Ordinal) && path.Span[^1] != (byte)'0' + (seed % 3);
            CheckWhole(Resolve(reader, IsSelected, mostStands), inodes, IsSelected);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_saved_has_its_content_under_the_first_of_its_names(int seed)
    {
        using SavedTree tree = Random(seed, checkLinks: true, out Dictionary<string, int> inodes);
        using RepositoryReader reader = tree.Open();
        CheckWhole([.. reader.Entries(reader.Find("@2"), default)], inodes, static _ => true);
    }

    [Fact]
    public void An_entry_that_comes_again_as_something_else_is_no_link_any_more()
    {
        using SavedTree tree = new SavedTree(checkLinks: true).File("m", "content", nlink: 3).Link("a", "m", 3).Link("z", "m", 3).File("a", "other").Save();
        using RepositoryReader reader = tree.Open();
        Assert.Equal(["a File", "m File", "z Link m"], reader.Entries(reader.Find("@2"), default)
            .Select(static entry => $"{entry.Path} {entry.Entry.Type}{(entry.Entry.Target is { } target ? " " + new BytePath(target) : "")}"));
    }

    [Fact]
    public void Devices_and_symbolic_links_with_several_names_move_too()
    {
        using SavedTree tree = new SavedTree(checkLinks: true)
            .Add("p", EntryType.Fifo, nlink: 2).Link("a", "p", 2).Add("s", EntryType.SymbolicLink, "where", 2).Link("b", "s", 2)
                .Add("t", EntryType.Socket, nlink: 2).Link("c", "t", 2).Save();
        using RepositoryReader reader = tree.Open();
        Assert.Equal(["a Fifo", "b SymbolicLink where", "c Socket", "p Link a", "s Link b", "t Link c"], reader.Entries(reader.Find("@2"), default)
            .Select(static entry => $"{entry.Path} {entry.Entry.Type}{(entry.Entry.Target is { } target ? " " + new BytePath(target) : "")}"));
    }
}
