using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Checking;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;
using Backshift.Repository.Workers;
using MessagePack;

namespace Backshift.Repository.Tests;

/// <summary>What a writer takes can be read, and bs-check is content with it; what it does not take is a problem.</summary>
public sealed class RecordedEntriesTests : IDisposable
{
    private readonly ScratchRepository repository = new();

    [Theory]
    [InlineData("list")]
    [InlineData("problem")]
    public void A_key_that_means_something_in_a_tree_is_left_out_and_said(string key)
    {
        Saveset saveset = Record(File("a"), With(File("b"), (key, "mine"), ("x-own", "kept")), File("c"));
        Assert.Equal(["a", "b", "c"], Paths(saveset));
        Assert.Equal($"b: its key \"{key}\" is not stored: entries of savesets have a key of that name already, and other programs' keys begin with x-",
            Assert.Single(Problems(saveset)));
        Assert.Equal(1, Entries(saveset)[1].Entry.Unknown.Count);
        Assert.NotNull(Entries(saveset)[1].Problem);
    }

    [Fact]
    public void More_keys_than_an_entry_can_have_are_a_problem_of_that_entry()
    {
        // As a record it has 1,024; in a tree kind is gone, and size and problem come.
        (string, string)[] keys = [.. Enumerable.Range(0, StreamLimits.Keys - 3).Select(static i => ($"x-{i}", ""))];
        Saveset saveset = Record(writer =>
        {
            writer.StartEntry(File("a"));
            writer.StartEntry(With(File("b"), keys));
            writer.AddProblem(new ProblemRecord(BytePath.Of("b"), "test", 0, "changed", Marks: true));
            writer.StartEntry(File("c"));
        });
        Assert.Equal(["a", "c"], Paths(saveset));
        Assert.StartsWith("b: its entry cannot be stored: a record has 1025 keys", Problems(saveset)[1], StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_that_is_too_long_is_a_problem_of_that_entry()
    {
        EntryRecord large = File("b");
        large.Attributes = [new("com.apple.ResourceFork"u8.ToArray(), new byte[TreeLimits.Entry])];
        EntryRecord allowed = File("d");
        allowed.Attributes = [new("com.apple.ResourceFork"u8.ToArray(), new byte[TreeLimits.Entry - 200])];
        Saveset saveset = Record(File("a"), large, File("c"), allowed);
        Assert.Equal(["a", "c", "d"], Paths(saveset));
        Assert.StartsWith("b: its entry cannot be stored: an entry takes 73", Assert.Single(Problems(saveset)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EntryType.File)]
    [InlineData(EntryType.SymbolicLink)]
    [InlineData(EntryType.Fifo)]
    public void What_lies_below_something_that_is_no_directory_is_left_out(EntryType type)
    {
        Saveset saveset = Record(Entry("a", EntryType.Directory), Of(type, "a/b"), File("a/b/c"), Entry("a/b/d", EntryType.Directory), File("a/b/d/e"),
            File("a/bc"), Link("l", "a/b/c"), Link("a/b/f", "a/bc"), File("z"));
        Assert.Equal(["a", "a/b", "a/bc", "z"], Paths(saveset));
        Assert.Equal(
            ["a/b/c: lies below a/b, which is not a directory; it is left out", "a/b/d/e: lies below a/b, which is not a directory; it is left out",
            "a/b/d: lies below a/b, which is not a directory; it is left out", "a/b/f: lies below a/b, which is not a directory; it is left out",
            "l: is a link to an entry that is not stored; it is left out"],
            Problems(saveset).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_nobody_can_put_back_is_left_out()
    {
        Saveset saveset = Record(Of(EntryType.SymbolicLink, "."), Entry("c", EntryType.CharacterDevice), Of(EntryType.SymbolicLink, "s", ""), File("z"));
        Assert.Equal(["z"], Paths(saveset));
        Assert.Equal(3, Problems(saveset).Count);
    }

    [Fact]
    public void A_link_to_a_link_is_a_link_to_what_that_one_links_to()
    {
        Saveset saveset = Record(File("m"), Link("b", "m"), Link("c", "b"), Link("a", "c"), Link("z", "a"));
        Assert.Empty(Problems(saveset));
        Assert.Equal(["a file", "b a", "c a", "m a", "z a"], Entries(saveset).Select(Shown));
    }

    [Fact]
    public void Links_that_lead_back_to_themselves_are_left_out()
    {
        Saveset saveset = Record(File("f"), Link("a", "b"), Link("b", "a"), Link("c", "c"), Link("d", "a"), Link("e", "f"));
        Assert.Equal(["e", "f"], Paths(saveset));
        Assert.Equal(4, Problems(saveset).Count);
    }

    [Fact]
    public void Sizes_that_add_up_to_more_than_2_63_are_a_problem_of_the_file_that_is_too_much()
    {
        Saveset saveset = Record(writer =>
        {
            foreach (string name in (string[])["a", "b", "c"])
            {
                writer.StartEntry(Entry(name, EntryType.File));
                writer.AddHole(long.MaxValue / 2);
                writer.AddHole(1);
            }

            writer.StartEntry(Entry("d", EntryType.File));
            writer.AddHole(long.MaxValue);
            writer.AddHole(long.MaxValue);
            writer.StartEntry(File("e"));
        });
        Assert.Equal(["a", "e"], Paths(saveset));
        Assert.Equal(3, Problems(saveset).Count);
    }

    [Fact]
    public void A_reason_and_a_problem_of_any_length_can_be_read()
    {
        string text = new('\\', 300_000);
        Saveset saveset = Record(writer =>
        {
            writer.StartEntry(File("a"));
            writer.AddProblem(new ProblemRecord(BytePath.Of("a"), "test", 0, text, Marks: true));
        }, text);
        Assert.Equal(StreamLimits.Text, Encoding.UTF8.GetByteCount(saveset.Reason!));
        Assert.StartsWith(@"\\\\", Entries(saveset)[0].Problem, StringComparison.Ordinal);
        Assert.Single(Problems(saveset));
    }

    public void Dispose() => repository.Dispose();

    private Saveset Record(params EntryRecord[] entries) => Record(writer =>
    {
        foreach (EntryRecord entry in entries)
        {
            writer.StartEntry(entry);
        }
    });

    /// <summary>Records a saveset; bs-check has nothing against it.</summary>
    private Saveset Record(Action<SavesetWriter> write, string? reason = null)
    {
        using (RepositoryWriter opened = repository.Write())
        using (SavesetWriter writer = new(repository.Directory, opened.Chunks))
        {
            write(writer);
            writer.Publish(new Saveset { Host = "h", Started = new UnixTime(1_700_000_000, 0), Program = "test", Complete = reason is null, Reason = reason },
                TimeProvider.System);
        }

        List<string> damage = [];
        using WorkerPool pool = new(1);
        using RepositoryCheck check = new(repository.Directory, pool, finding => damage.Add(finding.ToString()));
        check.Run(readData: true, CancellationToken.None);
        Assert.Empty(damage);
        return SavesetCatalog.List(repository.Directory, static e => throw e).Single();
    }

    private List<StoredEntry> Entries(Saveset saveset)
    {
        using RepositoryReader reader = repository.Read();
        return [.. reader.Entries(saveset, default)];
    }

    private IEnumerable<string> Paths(Saveset saveset) => Entries(saveset).Select(static entry => entry.Path.ToString());

    private List<string> Problems(Saveset saveset)
    {
        using RepositoryReader reader = repository.Read();
        return [.. SavesetProblems.Read(reader.Nodes, saveset).Select(static problem => problem.ToString())];
    }

    private static string Shown(StoredEntry entry) => $"{entry.Path} {(entry.Entry.Type == EntryType.Link ? Escaping.Display(entry.Entry.Target) : "file")}";

    private static EntryRecord Entry(string path, EntryType type) => new() { Path = BytePath.Of(path), Type = type };

    private static EntryRecord File(string path) => Entry(path, EntryType.File);

    private static EntryRecord Of(EntryType type, string path, string target = "t") =>
        new() { Path = BytePath.Of(path), Type = type, Target = Encoding.UTF8.GetBytes(target) };

    private static EntryRecord Link(string path, string target) => Of(EntryType.Link, path, target);

    private static EntryRecord With(EntryRecord entry, params (string Key, string Value)[] keys)
    {
        System.Buffers.ArrayBufferWriter<byte> bytes = new();
        MessagePackWriter writer = new(bytes);
        writer.WriteMapHeader(3 + keys.Length);
        writer.Write("kind");
        writer.Write("entry");
        writer.Write("path");
        writer.Write(entry.Path.Span);
        writer.Write("type");
        writer.Write("file");
        foreach ((string key, string value) in keys)
        {
            writer.Write(key);
            writer.Write(value);
        }

        writer.Flush();
        return EntryRecord.ReadFrom(new System.Buffers.ReadOnlySequence<byte>(bytes.WrittenMemory));
    }
}
