using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Reading;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Tests;

[Trait("Length", "long")]
public sealed class TreeComparisonTests : IDisposable
{
    private readonly ScratchRepository repository = new();
    private long saves;

    [Theory]
    [InlineData(1, 0, 3)]
    [InlineData(2, 1, 1)]
    [InlineData(3, 40, 5)]
    [InlineData(4, 3000, 1)]
    [InlineData(5, 3000, 40)]
    [InlineData(6, 20_000, 3)]
    [InlineData(7, 20_000, 3000)]
    public void Exactly_what_a_merge_of_all_entries_finds_is_found(int seed, int count, int changes)
    {
        Random random = new(seed);
        SortedDictionary<string, int> before = Tree(random, count), after = new(before, StringComparer.Ordinal);
        for (int i = 0; i < changes; i++)
        {
            string path = random.Next(3) > 0 && after.Count > 0 ? after.Keys.ElementAt(random.Next(after.Count)) : PathOf(random);
            _ = random.Next(3) switch { 0 => after.Remove(path), 1 => after.TryAdd(path, 1), _ => (after[path] = random.Next(10)) > 0 };
        }

        Saveset left = Save(before), right = Save(after);
        AssertSame(left, right, before, after, "");
        AssertSame(right, left, after, before, "");
        foreach (string under in (string[])["d1", "d2/d3", "d2/d3/f7", "nothing", PathOf(random), .. before.Keys.Take(3)])
        {
            AssertSame(left, right, before, after, under);
        }
    }

    [Fact]
    public void A_tree_without_entries_is_compared_too()
    {
        SortedDictionary<string, int> some = Tree(new Random(8), 2000);
        Saveset full = Save(some), empty = Save([]);
        Assert.Null(empty.Root);
        AssertSame(full, empty, some, [], "");
        AssertSame(empty, full, [], some, "d1");
        Assert.Empty(Pairs(empty, empty, ""));
    }

    [Fact]
    public void Only_the_neighbours_of_what_differs_are_looked_at()
    {
        SortedDictionary<string, int> before = Tree(new Random(9), 30_000), after = new(before, StringComparer.Ordinal) { ["d4/new"] = 1 };
        Saveset left = Save(before), right = Save(after);
        Assert.True(left.Level > 1 && right.Level > 1);
        Assert.InRange(Pairs(left, right, "").Count, 1, 3000);
        Assert.Empty(Pairs(left, left, ""));
        Assert.Empty(Pairs(left, right, "d7"));
    }

    [Fact]
    public void A_tree_with_a_level_more_is_compared_by_its_first_nodes()
    {
        // What is added comes last, so the one tree is the beginning of the other.
        SortedDictionary<string, int> before = Tree(new Random(10), 4000), after = new(before, StringComparer.Ordinal);
        Saveset left = Save(before);
        int level = left.Level;
        Saveset right = left;
        for (int number = 0; right.Level == level; number += 2000)
        {
            for (int i = 0; i < 2000; i++)
            {
                after[$"z/{number + i:d9}"] = 1;
            }

            right = Save(after);
        }

        AssertSame(left, right, before, after, "");
        Assert.InRange(Pairs(left, right, "").Count(static pair => pair.Left is not null), 0, 1500);
    }

    [Fact]
    public void Nodes_that_both_have_are_not_read()
    {
        SortedDictionary<string, int> before = Tree(new Random(11), 100), after = new(before, StringComparer.Ordinal) { ["z"] = 1 };
        Saveset left = Save(before), right = Save(after);
        foreach (BytePath pack in repository.Packs(holdNodes: true))
        {
            repository.Delete(pack);
        }

        // A comparison with itself needs nothing; any other cannot be made.
        Assert.Empty(Pairs(left, left with { Host = "other" }, ""));
        Assert.Throws<BackshiftException>(() => Pairs(left, right, ""));
    }

    [Fact]
    public void A_path_in_nodes_that_both_have_is_not_missing()
    {
        SortedDictionary<string, int> before = Tree(new Random(12), 5000), after = new(before, StringComparer.Ordinal) { ["d9/f-new"] = 1 };
        Saveset left = Save(before), right = Save(after);
        PathSelection selection = new([BytePath.Of("d1"), BytePath.Of("./d2/"), BytePath.Of("nothing"), BytePath.Of("d9/f-new")]);
        using RepositoryReader reader = repository.Read(static e => throw e);
        Assert.Equal("d9/f-new", Assert.Single(SelectedDifferences.Read(reader, left, right, selection)).Path.ToString());
        Assert.Equal("nothing", Assert.Single(selection.Missing).ToString());
    }

    public void Dispose() => repository.Dispose();

    private static SortedDictionary<string, int> Tree(Random random, int count)
    {
        SortedDictionary<string, int> tree = new(StringComparer.Ordinal);
        while (tree.Count < count)
        {
            tree[PathOf(random)] = random.Next(10);
        }

        return tree;
    }

    private static string PathOf(Random random) => random.Next(4) switch
    {
        0 => $"f{random.Next(100_000)}",
        1 => $"d{random.Next(10)}/f{random.Next(10_000)}",
        2 => $"d{random.Next(10)}/d{random.Next(5)}/f{random.Next(10_000)}",
        _ => $"d{random.Next(10)}-{random.Next(100)}/{random.Next(1000)}",
    };

    private static bool Lies(string path, string under) => under.Length == 0 || path == under || path.StartsWith(under + "/", StringComparison.Ordinal);

    private Saveset Save(SortedDictionary<string, int> tree)
    {
        using RepositoryWriter writer = repository.Write();
        Saveset saveset = new() { Host = "h", Started = new UnixTime(1_700_000_000 + (60 * saves++), 0), Complete = true };
        return HandmadeTree.Save(writer, saveset, tree.Select(static one => new StoredEntry(
            new EntryRecord { Path = BytePath.Of(one.Key), Type = EntryType.File, Mode = 0x1A4, Mtime = new UnixTime(one.Value, 0) })));
    }

    private List<EntryPair> Pairs(Saveset left, Saveset right, string under)
    {
        using RepositoryReader reader = repository.Read(static e => throw e);
        return [.. reader.Compare(left, right, BytePath.Of(under))];
    }

    private void AssertSame(Saveset left, Saveset right, SortedDictionary<string, int> before, SortedDictionary<string, int> after, string under)
    {
        List<EntryPair> pairs = Pairs(left, right, under);
        Assert.Equal(pairs.Select(static pair => pair.Path).Order(), pairs.Select(static pair => pair.Path));
        Assert.All(pairs, pair => Assert.True(Lies(pair.Path.ToString(), under)));
        Assert.All(pairs.Where(static pair => pair is { Left: not null, Right: not null }), static pair => Assert.Equal(pair.Left!.Path, pair.Right!.Path));
        IEnumerable<string> expected = before.Keys.Union(after.Keys).Where(path => Lies(path, under))
            .Select(path => Line(path, Of(before, path), Of(after, path))).Where(static line => line.Length > 0).Order(StringComparer.Ordinal);
        Assert.Equal(expected, pairs.Select(static pair => Line(pair.Path.ToString(), pair.Left?.Entry.Mtime?.Seconds, pair.Right?.Entry.Mtime?.Seconds))
            .Where(static line => line.Length > 0).Order(StringComparer.Ordinal));
    }

    private static long? Of(SortedDictionary<string, int> tree, string path) => tree.TryGetValue(path, out int value) ? value : null;

    private static string Line(string path, long? before, long? after) => before == after ? "" : $"{path} {before} {after}";
}
