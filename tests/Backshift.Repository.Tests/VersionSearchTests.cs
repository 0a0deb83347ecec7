using System.Globalization;
using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Savesets;
using Backshift.Repository.Searching;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Tests;

public sealed class VersionSearchTests : IDisposable
{
    private readonly ScratchRepository repository = new();
    private readonly List<string> damaged = [];
    private long saves;

    [Fact]
    public void A_version_comes_is_changed_and_goes()
    {
        Save("h", ("a", 1));
        Save("h", ("a", 1), ("b", 1));
        Save("h", ("a", 2), ("b", 1));
        Save("h", ("b", 1));
        Assert.Equal(["a 1: 1-2 Changed", "a 2: 3-3 Gone", "b 1: 2-4 Stays"], Found());
    }

    [Fact]
    public void What_comes_back_is_a_version_of_its_own()
    {
        Save("h", ("a", 1));
        Save("h", ("b", 1));
        Save("h", ("a", 1), ("b", 1));
        Save("h", ("a", 2), ("b", 1));
        Save("h", ("a", 1), ("b", 1));
        Assert.Equal(["a 1: 1-1 Gone", "a 1: 3-3 Changed", "a 2: 4-4 Changed", "a 1: 5-5 Stays", "b 1: 2-5 Stays"], Found());
    }

    [Fact]
    public void Hosts_and_subsets_have_histories_of_their_own()
    {
        Save("x", ("a", 1));
        Save("h", ("a", 1));
        Save("x", ("a", 2));
        Save("h", ("a", 1));
        Assert.Equal(["a 1: 2-4 Stays", "a 1: 1-1 Changed", "a 2: 3-3 Stays"], Found());
    }

    [Fact]
    public void What_an_incomplete_saveset_does_not_have_has_not_gone()
    {
        Save("h", ("a", 1), ("b", 1));
        Save("h", complete: false, ("a", 1));
        Save("h", ("a", 1), ("b", 1));
        Assert.Equal(["a 1: 1-3 Stays", "b 1: 1-3 Stays"], Found());
    }

    [Fact]
    public void What_only_incomplete_savesets_have_is_found()
    {
        Save("h", complete: false, ("first", 1));
        Save("h", ("a", 1), ("first", 1));
        Save("h", complete: false, ("a", 2), ("lost", 1));
        Save("h", complete: false, ("a", 2), ("lost", 1));
        Save("h", ("a", 1));
        Save("h", complete: false, ("a", 3), ("late", 1));
        Assert.Equal(
            ["a 1: 2-5 Stays", "a 2: 3-4 Changed", "a 3: 6-6 Stays", "first 1: 1-2 Gone", "late 1: 6-6 Stays", "lost 1: 3-4 Gone"], Found().Order());
    }

    [Fact]
    public void A_version_that_an_incomplete_saveset_had_first_came_with_that()
    {
        Save("h", ("a", 1));
        Save("h", complete: false, ("a", 2));
        Save("h", ("a", 2));
        Assert.Equal(["a 1: 1-1 Changed", "a 2: 2-3 Stays"], Found());
    }

    [Fact]
    public void Paths_come_in_the_order_of_a_tree()
    {
        Save("h", ("d", 1), ("d/x", 1), ("d-e", 1), ("d.f", 1));
        Assert.Equal(["d", "d/x", "d-e", "d.f"], Found().Select(static line => line.Split(' ')[0]));
    }

    [Fact]
    public void Only_what_is_wanted_is_found_in_the_parts_that_are_named()
    {
        Save("h", ("a.odt", 1), ("d/b.odt", 1), ("d/b.txt", 1), ("d/e/c.odt", 1));
        Save("h", ("a.odt", 2), ("d/b.odt", 2), ("d/b.txt", 2), ("d/e/c.odt", 1));
        Assert.Equal(["d/b.odt 1: 1-1 Changed", "d/b.odt 2: 2-2 Stays", "d/e/c.odt 1: 1-2 Stays"],
            Found(new PathSelection([BytePath.Of("d")]), static entry => entry.Path.ToString().EndsWith(".odt", StringComparison.Ordinal)));
        PathSelection nowhere = new([BytePath.Of("d/e"), BytePath.Of("x")]);
        Assert.Equal(["d/e/c.odt 1: 1-2 Stays"], Found(nowhere));
        Assert.Equal("x", Assert.Single(nowhere.Missing).ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("Length", "long")]
    public void A_history_of_many_files_is_what_looking_at_every_saveset_tells(int seed)
    {
        Random random = new(seed);
        List<SortedDictionary<string, int>> states = [];
        SortedDictionary<string, int> state = new(StringComparer.Ordinal);
        for (int i = 0; i < 3000; i++)
        {
            state[$"d{random.Next(20)}/f{random.Next(1000)}"] = 1;
        }

        for (int save = 0; save < 6; save++)
        {
            for (int i = 0; i < 40; i++)
            {
                string path = state.Keys.ElementAt(random.Next(state.Count));
                _ = random.Next(3) switch { 0 => state.Remove(path), 1 => state.TryAdd(path + "n", 1), _ => (state[path] = random.Next(3)) >= 0 };
            }

            states.Add(new SortedDictionary<string, int>(state, StringComparer.Ordinal));
            Save("h", [.. state.Select(static one => (one.Key, one.Value))]);
        }

        List<string> expected = [];
        foreach (string path in states.SelectMany(static one => one.Keys).Distinct())
        {
            int? standing = null;
            for (int i = 0, first = 0; i <= states.Count; i++)
            {
                int? now = i < states.Count && states[i].TryGetValue(path, out int value) ? value : null;
                if (now != standing || i == states.Count)
                {
                    if (standing is { } ended)
                    {
                        expected.Add($"{path} {ended}: {first + 1}-{i} {(i == states.Count ? "Stays" : now is null ? "Gone" : "Changed")}");
                    }

                    (standing, first) = (now, i);
                }
            }
        }

        Assert.Equal(expected.Order(StringComparer.Ordinal), Found().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_saveset_that_cannot_be_read_is_named_and_the_others_are_searched()
    {
        Save("h", ("a", 1), ("b", 1));
        Saveset broken = Save("h", ("a", 2), ("b", 1));
        Save("h", ("a", 1), ("b", 1), ("c", 1));
        using (RepositoryReader reader = repository.Read(static e => throw e))
        {
            string pack = repository.Packs(holdNodes: true).Single(path => Lies(reader, broken.Root!.Value, path)).ToString();
            File.Delete(Path.Combine(repository.Root.ToString(), pack));
        }

        Assert.Equal(["a 1: 1-3 Stays", "b 1: 1-3 Stays", "c 1: 3-3 Stays"], Found());
        Assert.Contains(damaged, line => line.StartsWith($"{broken.Name}: is searched only in part: ", StringComparison.Ordinal));
    }

    public void Dispose() => repository.Dispose();

    private bool Lies(RepositoryReader reader, Digest node, BytePath pack)
    {
        byte[] digest = new byte[Digest.Size];
        node.CopyTo(digest);
        Assert.True(reader.Contains(node, reader.Nodes.Read(node).Length));
        return repository.Get(pack).AsSpan().IndexOf(digest) >= 0;
    }

    private Saveset Save(string host, params (string Path, int Version)[] files) => Save(host, complete: true, files);

    private Saveset Save(string host, bool complete, params (string Path, int Version)[] files)
    {
        using RepositoryWriter writer = repository.Write();
        Saveset saveset = new() { Host = host, Started = new UnixTime(60 * ++saves, 0), Complete = complete };
        return HandmadeTree.Save(writer, saveset, files.Select(static file => new StoredEntry(new EntryRecord
        {
            Path = BytePath.Of(file.Path), Type = EntryType.File, Mode = 0x1A4, Mtime = new UnixTime(file.Version, 0),
        })));
    }

    private List<string> Found(PathSelection? selection = null, Func<EntryRecord, bool>? wanted = null)
    {
        using RepositoryReader reader = repository.Read(trouble => damaged.Add(trouble.Message));
        using VersionSearch search = new(
            reader, selection ?? new PathSelection([]), wanted ?? (static _ => true), trouble => damaged.Add(trouble.Message), ScratchSpace.Create);
        search.Search(reader.Savesets(), CancellationToken.None);
        return [.. search.Versions().Select(static one => string.Create(CultureInfo.InvariantCulture,
            $"{one.Path} {one.Mtime!.Value.Seconds}: {one.First.Started.Seconds / 60}-{one.Last.Started.Seconds / 60} {one.End}"))];
    }
}
