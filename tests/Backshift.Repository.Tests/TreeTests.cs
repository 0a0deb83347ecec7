using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Trees;
using MessagePack;

namespace Backshift.Repository.Tests;

[Trait("Length", "long")]
public sealed class TreeTests : IDisposable
{
    private readonly ScratchRepository repository = new();

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 50)]
    [InlineData(5, 5000)]
    [InlineData(6, 40_000)]
    public void What_goes_in_comes_out_in_order(int seed, int count)
    {
        List<byte[]> paths = Paths(seed, count);
        (Digest Root, int Level)? tree = repository.Store(chunks => Write(chunks, Shuffled(paths, seed), 1 << 20));
        Assert.Equal(count == 0, tree is null);
        if (tree is not { } root)
        {
            return;
        }

        using RepositoryReader reader = repository.Read();
        List<byte[]> expected = [.. paths.OrderBy(static path => path, PathOrder.Instance)];
        Assert.Equal(expected.Select(Convert.ToHexString),
            new TreeReader(reader.Nodes, root.Root, root.Level).Read(default).Select(static entry => Convert.ToHexString(entry.Path.Span)));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void A_part_of_a_tree_is_what_lies_below_a_path(int seed)
    {
        List<byte[]> paths = Paths(seed, 6000);
        (Digest root, int level) = repository.Store(chunks => Write(chunks, paths, 1 << 20))!.Value;
        using RepositoryReader reader = repository.Read();
        TreeReader tree = new(reader.Nodes, root, level);
        Random random = new(seed);
        foreach (byte[] path in Enumerable.Range(0, 100).Select(_ => paths[random.Next(paths.Count)]).Concat(Paths(seed + 100, 20)))
        {
            byte[] under = random.Next(2) == 0 && path.AsSpan().IndexOf((byte)'/') is > 0 and int slash ? path[..slash] : path;
            byte[] inside = [.. under, (byte)'/'];
            IEnumerable<string> expected = paths.Where(each => each.AsSpan().SequenceEqual(under) || each.AsSpan().StartsWith(inside))
                .OrderBy(static each => each, PathOrder.Instance).Select(Convert.ToHexString);
            Assert.Equal(expected, tree.Read(new BytePath(under)).Select(static entry => Convert.ToHexString(entry.Path.Span)));
            Assert.Equal(paths.Any(each => each.AsSpan().SequenceEqual(under)), tree.Find(new BytePath(under)) is not null);
        }
    }

    [Fact]
    public void Equal_entries_make_an_equal_root_whatever_their_order_and_the_memory()
    {
        List<byte[]> paths = Paths(21, 3000);
        (Digest Root, int Level)?[] roots =
            [.. new[] { 1, 2, 3 }.Select(seed => repository.Store(chunks => Write(chunks, Shuffled(paths, seed), seed == 1 ? 1 << 24 : seed * 1000)))];
        Assert.Single(roots.Distinct());
    }

    [Fact]
    public void One_more_entry_changes_few_nodes()
    {
        List<byte[]> paths = Paths(31, 20_000);
        long first = repository.Store(chunks =>
        {
            Write(chunks, paths, 1 << 24);
            return chunks.NewBytes;
        });
        long second = repository.Store(chunks =>
        {
            Write(chunks, [.. paths, "m/new"u8.ToArray()], 1 << 24);
            return chunks.NewBytes;
        });
        Assert.InRange(second, 1, Math.Max(400_000, first / 4));
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 1000)]
    [InlineData(3, 20_000)]
    [InlineData(4, 1 << 24)]
    public void A_sorter_gives_each_path_once_and_the_last_that_came(int seed, int capacity)
    {
        Random random = new(seed);
        List<byte[]> paths = Paths(seed, 2000);
        SortedDictionary<byte[], string> expected = new(PathOrder.Instance);
        List<(string, string)> found = [];
        using EntrySorter sorter = new(repository.Directory.Store.CreateScratch, capacity);
        for (int i = 0; i < 5000; i++)
        {
            byte[] path = paths[random.Next(paths.Count)];
            byte[] item = new byte[random.Next(40)];
            random.NextBytes(item);
            expected[path] = Convert.ToHexString(item);
            sorter.Add(path, item);
            if (i % 700 == 699)
            {
                // For a checkpoint; afterwards more comes.
                using EntryCursor some = sorter.Open();
                int count = 0;
                for (; some.MoveNext(); count++)
                {
                }

                Assert.Equal(expected.Count, count);
            }
        }

        // Twice: links are held against the entries before the tree is made of them.
        foreach (int _ in (int[])[1, 2])
        {
            found.Clear();
            using EntryCursor cursor = sorter.Open();
            while (cursor.MoveNext())
            {
                found.Add((Convert.ToHexString(cursor.Path), Convert.ToHexString(cursor.Item)));
            }
        }

        Assert.Equal(expected.Select(static pair => (Convert.ToHexString(pair.Key), pair.Value)), found);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(5000)]
    [InlineData(100_000)]
    public void The_parts_of_a_file_come_back_however_many(int count)
    {
        Random random = new(count);
        List<ContentPart> parts = [];
        byte[] digest = new byte[Digest.Size];
        for (int i = 0; i < count; i++)
        {
            random.NextBytes(digest);
            bool hole = parts.Count > 0 && parts[^1].Digest is not null && random.Next(5) == 0;
            parts.Add(new ContentPart(hole ? null : new Digest(digest), random.NextInt64(1, hole ? 1L << 40 : 8 << 20)));
        }

        StoredEntry entry = new(Entry("file"u8.ToArray()));
        repository.Store(chunks =>
        {
            ListWriter list = new(chunks);
            parts.ForEach(list.Add);
            Assert.Equal(parts.Sum(static part => part.Size), list.Size);
            entry.Entry.Size = list.Size;
            list.FinishInto(entry);
            return true;
        });
        Assert.Equal(count > 256, entry.List is not null);
        using RepositoryReader reader = repository.Read();
        Assert.Equal(parts, TreeReader.Parts(reader.Nodes, entry));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(500)]
    public void Holes_that_touch_are_one_however_many_parts_there_are(int count)
    {
        byte[] digest = new byte[Digest.Size];
        List<ContentPart> cut = [], joined = [];
        for (int i = 0; i < count; i++)
        {
            BitConverter.TryWriteBytes(digest, i);
            cut.AddRange([new ContentPart(new Digest(digest), 10), new ContentPart(null, 4096), new ContentPart(null, 1), new ContentPart(null, 8192)]);
            joined.AddRange([new ContentPart(new Digest(digest), 10), new ContentPart(null, 12289)]);
        }

        StoredEntry entry = new(Entry("file"u8.ToArray()));
        repository.Store(chunks =>
        {
            ListWriter list = new(chunks);
            cut.ForEach(list.Add);
            entry.Entry.Size = list.Size;
            list.FinishInto(entry);
            return true;
        });
        using RepositoryReader reader = repository.Read();
        Assert.Equal(joined, TreeReader.Parts(reader.Nodes, entry));
    }

    [Fact]
    public void Nodes_end_where_the_page_says()
    {
        foreach (string[] item in RepositoryVector.Load("cuts").Words("item"))
        {
            int length = RepositoryVector.Number(item[3]);
            NodeBuilder node = new(item[0], RepositoryVector.Number(item[1]));
            if (RepositoryVector.Number(item[1]) > 0)
            {
                Assert.False(node.Add(new byte[length], Convert.FromHexString(item[2])), "a node above level 0 ends behind its first item");
            }

            Assert.Equal(item[4] == "ends", node.Add(new byte[length], Convert.FromHexString(item[2])));
        }
    }

    public static TheoryData<string> Trees => RepositoryVector.Of("tree");

    public static TheoryData<string> Lists => RepositoryVector.Of("list");

    [Theory]
    [MemberData(nameof(Trees))]
    public void A_tree_has_the_root_that_another_program_makes_of_the_same_entries(string name)
    {
        RepositoryVector vector = RepositoryVector.Load(name);
        List<byte[]> paths = [];
        foreach (string[] words in vector.Words("entries"))
        {
            byte[] prefix = RepositoryVector.Bytes(string.Join(' ', words[1..]));
            paths.AddRange(Enumerable.Range(0, RepositoryVector.Number(words[0]))
                .Select(i => (byte[])[.. prefix, .. System.Text.Encoding.ASCII.GetBytes($"{i:d6}")]));
        }

        (Digest Root, int Level)? tree =
            repository.Store(chunks => Write(chunks, paths, 1 << 24, static path => new EntryRecord { Path = new BytePath(path), Type = EntryType.Directory }));
        Assert.Equal((vector["root"], vector["level"]), (tree?.Root.ToString(), $"{tree?.Level}"));
        using RepositoryReader reader = repository.Read();
        Assert.Equal(paths.Count, new TreeReader(reader.Nodes, tree!.Value.Root, tree.Value.Level).Read(default).Count());
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_list_has_the_root_that_another_program_makes_of_the_same_parts(string name)
    {
        RepositoryVector vector = RepositoryVector.Load(name);
        IEnumerable<ContentPart> parts =
        [
            .. vector.Words("alike")
                .SelectMany(static words =>
                Enumerable.Repeat(new ContentPart(new Digest(Convert.FromHexString(words[1])), RepositoryVector.Number(words[2])),
                RepositoryVector.Number(words[0]))),
            .. vector.Words("numbers").SelectMany(static words => Enumerable.Range(0, RepositoryVector.Number(words[0])))
                .Select(static i => new ContentPart(Digest.Of(System.Text.Encoding.ASCII.GetBytes($"{i}")), i + 1)),
        ];
        StoredEntry entry = new(new EntryRecord { Path = BytePath.Of("file"), Type = EntryType.File, Size = parts.Sum(static part => part.Size) });
        repository.Store(chunks =>
        {
            ListWriter list = new(chunks);
            foreach (ContentPart part in parts)
            {
                list.Add(part);
            }

            list.FinishInto(entry);
            return true;
        });
        Assert.Equal((vector["root"], vector["level"]), (entry.List?.Id.ToString(), $"{entry.List?.Level}"));
        using RepositoryReader reader = repository.Read();
        Assert.Equal(parts, TreeReader.Parts(reader.Nodes, entry));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(50)]
    [InlineData(700)]
    public void Paths_as_long_as_may_be_make_a_tree_that_can_be_read_however_many(int count)
    {
        byte[] prefix = [.. Enumerable.Repeat((byte)'d', StreamLimits.Path - 6)];
        List<byte[]> paths = [.. Enumerable.Range(0, count).Select(i => (byte[])[.. prefix, .. System.Text.Encoding.ASCII.GetBytes($"{i:d6}")])];
        (Digest root, int level) = repository.Store(chunks => Write(chunks, paths, 1 << 24))!.Value;
        Assert.InRange(level, 0, System.Numerics.BitOperations.Log2((uint)count) + 1);
        using RepositoryReader reader = repository.Read();
        TreeReader tree = new(reader.Nodes, root, level);
        Assert.Equal(count, tree.Read(default).Count());
        Assert.NotNull(tree.Find(new BytePath(paths[count / 2])));
    }

    [Fact]
    public void A_node_ends_at_131072_bytes()
    {
        // The head of this node is 18 bytes long; an item of one byte hardly ever ends a node, and this one does not.
        NodeBuilder node = new("leaf", 0);
        int count = 1;
        while (!node.Add([0xc0], "a"u8))
        {
            count++;
        }

        Assert.Equal(131_072 - 18, count);
    }

    public void Dispose() => repository.Dispose();

    private (Digest Root, int Level)? Write(ChunkStore chunks, IEnumerable<byte[]> paths, int capacity, Func<byte[], EntryRecord>? entry = null)
    {
        TreeWriter tree = new(chunks, null);
        using EntrySorter sorter = new(repository.Directory.Store.CreateScratch, capacity);
        ArrayBufferWriter<byte> item = new();
        foreach (byte[] path in paths)
        {
            item.ResetWrittenCount();
            MessagePackWriter writer = new(item);
            new StoredEntry((entry ?? Entry)(path)).WriteTo(ref writer);
            writer.Flush();
            sorter.Add(path, item.WrittenSpan);
        }

        using EntryCursor cursor = sorter.Open();
        while (cursor.MoveNext())
        {
            tree.Add(cursor.Path, cursor.Item);
        }

        return tree.Finish();
    }

    private static EntryRecord Entry(byte[] path) =>
        new() { Path = new BytePath(path), Type = EntryType.File, Mode = 420, Uid = 1000, Gid = 1000, Size = path.Length, User = "somebody"u8.ToArray() };

    /// <summary>Paths of few and odd names, so that many begin alike, and of all depths.</summary>
    private static List<byte[]> Paths(int seed, int count)
    {
        Random random = new(seed);
        byte[][] names = [.. new[] { "a", "a!", "a.b", "a-b", "ab", "a0", "-", "...", " ", "\n", "~",
            "m" }.Select(static name => name.Select(static c => (byte)c).ToArray()), [0xff], [0x01], [0xc3, 0x28], [0x80, (byte)'a']];
        HashSet<string> seen = [];
        List<byte[]> paths = [];
        while (paths.Count < count)
        {
            List<byte> path = [];
            for (int depth = random.Next(1, 9); depth > 0; depth--)
            {
                path.AddRange(names[random.Next(names.Length)]);
                if (depth > 1)
                {
                    path.Add((byte)'/');
                }
            }

            if (seen.Add(Convert.ToHexString([.. path])))
            {
                paths.Add([.. path]);
            }
        }

        return paths;
    }

    private static byte[][] Shuffled(List<byte[]> paths, int seed)
    {
        byte[][] shuffled = [.. paths];
        new Random(seed).Shuffle(shuffled);
        return shuffled;
    }

    /// <summary>The order of the page in the simplest way: a slash is lower than all others, and NUL does not occur.</summary>
    private sealed class PathOrder : IComparer<byte[]>
    {
        internal static readonly PathOrder Instance = new();

        public int Compare(byte[]? left, byte[]? right) => Key(left!).SequenceCompareTo(Key(right!));

        private static ReadOnlySpan<byte> Key(byte[] path) => path.Select(static b => b == '/' ? (byte)0 : b).ToArray();
    }
}
