using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Since.Tests;

public sealed class SinceTests
{
    private static readonly SinceOptions Plain = new();
    private static readonly string Abc = SavedFiles.Reference("abc");

    [Fact]
    public async Task An_unchanged_file_gets_references_and_is_not_to_be_opened()
    {
        using SavedFiles files = new();
        files.Save((SavedFiles.File("a", 3), ["abc"]), (SavedFiles.File("d/b", 11), ["abc", "hole 5", "xyz"]), (SavedFiles.File("empty", 0), []));
        EntryRecord now = SavedFiles.File("a", 3);
        now.Source = BytePath.Of("/a");
        await files.RunAsync(Plain, now, SavedFiles.File("d/b", 11), SavedFiles.File("empty", 0), SavedFiles.File("new", 3));
        Assert.Equal([$"a={Abc}", $"d/b={Abc}[hole 5]{SavedFiles.Reference("xyz")}", "empty=", "new"], files.Written);
        Assert.Empty(files.Said);
    }

    [Fact]
    public async Task The_begin_record_names_the_stage_and_the_bases()
    {
        using SavedFiles files = new();
        files.Save((SavedFiles.File("a", 3), ["abc"]));
        await files.RunAsync(Plain);
        Assert.Equal(["bs-walk", "bs-since"], files.Begin!.Stages);
        Assert.Equal([$"h@{SavedFiles.Start.ToBasicString()}"], files.Begin.Bases);
    }

    public static TheoryData<string, Action<EntryRecord>> Changes => new()
    {
        { "size", entry => entry.Size = 4 },
        { "mtime by a nanosecond", entry => entry.Mtime = entry.Mtime!.Value with { Nanoseconds = entry.Mtime.Value.Nanoseconds + 1 } },
        { "ctime by a nanosecond", entry => entry.Ctime = entry.Ctime!.Value with { Nanoseconds = entry.Ctime.Value.Nanoseconds + 1 } },
        { "no mtime", entry => entry.Mtime = null },
        { "no ctime", entry => entry.Ctime = null },
        { "inode", entry => entry.Ino = 43 },
        { "no inode", entry => entry.Ino = null },
    };

    [Theory, MemberData(nameof(Changes))]
    public async Task A_file_that_differs_is_read(string how, Action<EntryRecord> change)
    {
        using SavedFiles files = new();
        files.Save((SavedFiles.File("a", 3), ["abc"]));
        EntryRecord now = SavedFiles.File("a", 3);
        change(now);
        await files.RunAsync(Plain, now);
        Assert.True(files.Written is ["a"], how);
    }

    [Fact]
    public async Task A_file_that_has_to_be_read_names_the_chunks_that_it_had()
    {
        using SavedFiles files = new();
        files.Save((SavedFiles.File("a", 6), ["abc", "xyz"]), (SavedFiles.File("gone", 9), ["abc", "gone 7"]), (SavedFiles.File("hole", 8), ["abc", "hole 5"]),
            (SavedFiles.File("none", 0), []),
            (SavedFiles.File("many", 257), [.. Enumerable.Repeat("m", 257)]));
        foreach (string path in (string[])["a", "gone", "hole", "none", "many", "new"])
        {
            EntryRecord now = SavedFiles.File(path, 6);
            now.Ino = 43;
            await files.RunAsync(Plain, now);
            EntryRecord entry = await files.LastEntryAsync();
            Assert.False(entry.HasContent);
            Assert.Equal(path == "a" ? [new EarlierChunk(Digest.Of("abc"u8), 3), new EarlierChunk(Digest.Of("xyz"u8), 3)] : null, entry.Earlier);

            // The names of somebody before are replaced.
            byte[] twice = await files.PassAsync(Plain, files.LastOutput);
            Assert.Equal(entry.Earlier, (await files.LastEntryAsync()).Earlier);
            Assert.NotEmpty(twice);
        }
    }

    [Fact]
    public async Task A_device_of_another_number_is_no_change()
    {
        using SavedFiles files = new();
        files.Save((SavedFiles.File("a", 3), ["abc"]));
        EntryRecord now = SavedFiles.File("a", 3);
        now.Dev = 8;
        await files.RunAsync(Plain, now);
        Assert.Equal([$"a={Abc}"], files.Written);
    }

    [Fact]
    public async Task What_is_to_be_ignored_is_ignored()
    {
        using SavedFiles files = new();
        files.Save((SavedFiles.File("a", 3), ["abc"]));
        EntryRecord ctime = SavedFiles.File("a", 3), inode = SavedFiles.File("a", 3);
        ctime.Ctime = SavedFiles.Start;
        inode.Ino = 43;
        await files.RunAsync(new SinceOptions { Rule = new ChangeRule(IgnoreCtime: true, IgnoreInode: false) }, ctime, inode);
        Assert.Equal([$"a={Abc}", "a"], files.Written);
        await files.RunAsync(new SinceOptions { Rule = new ChangeRule(IgnoreCtime: false, IgnoreInode: true) }, ctime, inode);
        Assert.Equal(["a", $"a={Abc}"], files.Written);
    }

    [Theory]
    [InlineData(-3, 1, true)]
    [InlineData(-2, 1, false)]
    [InlineData(0, 1, false)]
    [InlineData(100, 1, false)]
    [InlineData(-61, 0, true)]
    [InlineData(-60, 0, false)]
    [InlineData(-3, 0, false)]
    public async Task A_file_as_young_as_the_base_is_read_and_a_coarse_time_is_young_for_longer(int seconds, uint nanoseconds, bool trusted)
    {
        UnixTime time = new(SavedFiles.Start.Seconds + seconds, nanoseconds);
        foreach (bool inode in (bool[])[false, true])
        {
            using SavedFiles files = new();
            EntryRecord young = SavedFiles.File("a", 3);
            young.Mtime = inode ? young.Mtime : time;
            young.Ctime = inode || nanoseconds == 0 ? time : young.Ctime;
            files.Save((young, ["abc"]));
            await files.RunAsync(Plain, young);
            Assert.Equal([trusted ? $"a={Abc}" : "a"], files.Written);
        }
    }

    [Fact]
    public async Task An_mtime_that_was_set_to_a_whole_second_is_not_coarse_where_the_ctime_is_not()
    {
        using SavedFiles files = new();
        EntryRecord set = SavedFiles.File("a", 3);
        set.Mtime = new UnixTime(SavedFiles.Start.Seconds - 3, 0);
        set.Ctime = new UnixTime(SavedFiles.Start.Seconds - 3, 1);
        files.Save((set, ["abc"]));
        await files.RunAsync(Plain, set);
        Assert.Equal([$"a={Abc}"], files.Written);
        await files.RunAsync(new SinceOptions { Rule = new ChangeRule(IgnoreCtime: true, IgnoreInode: false) }, set);
        Assert.Equal(["a"], files.Written);
    }

    [Fact]
    public async Task A_path_that_was_something_else_is_read()
    {
        using SavedFiles files = new();
        EntryRecord link = SavedFiles.File("a", 3);
        link.Type = EntryType.Link;
        link.Target = "b"u8.ToArray();
        files.Save((link, []));
        await files.RunAsync(Plain, SavedFiles.File("a", 3));
        Assert.Equal(["a"], files.Written);
    }

    [Fact]
    public async Task A_file_whose_chunk_is_lost_is_read_again()
    {
        using SavedFiles files = new();
        files.Save((SavedFiles.File("a", 6), ["gone 7"]), (SavedFiles.File("b", 3), ["abc"]));
        await files.RunAsync(Plain with { Verbose = true }, SavedFiles.File("a", 6), SavedFiles.File("b", 3));
        Assert.Equal(["a", $"b={Abc}"], files.Written);
        Assert.Contains("1 unchanged but read again", files.Said[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_list_of_chunks_is_checked_to_its_end_before_any_of_it_is_written()
    {
        using SavedFiles files = new();
        string[] parts = [.. Enumerable.Range(100_000, 2000).Select(number => number.ToString())];
        files.Save((SavedFiles.File("whole", 12_000), parts), (SavedFiles.File("lost", 12_006), [.. parts, "gone 7"]));
        await files.RunAsync(Plain, SavedFiles.File("whole", 12_000), SavedFiles.File("lost", 12_006));
        Assert.Equal(["whole=[list 12000]", "lost"], files.Written);
    }

    [Fact]
    public async Task The_first_base_that_knows_a_path_decides()
    {
        using SavedFiles files = new();
        files.Save((SavedFiles.File("a", 3), ["abc"]), (SavedFiles.File("b", 3), ["abc"]));
        files.Save(complete: false, null, (SavedFiles.File("a", 4), ["abcd"]));
        await files.RunAsync(Plain, SavedFiles.File("a", 3), SavedFiles.File("b", 3), SavedFiles.File("a", 4));
        Assert.Equal(["a", $"b={Abc}", $"a={SavedFiles.Reference("abcd")}"], files.Written);
        Assert.Equal(2, files.Begin!.Bases.Count);
    }

    [Fact]
    public async Task A_subset_has_bases_of_its_own()
    {
        using SavedFiles files = new();
        files.Save(complete: true, "part", (SavedFiles.File("a", 3), ["abc"]));
        await files.RunAsync(Plain, SavedFiles.File("a", 3));
        Assert.Equal(["a"], files.Written);
        await files.RunAsync(Plain with { Subset = "part" }, SavedFiles.File("a", 3));
        Assert.Equal([$"a={Abc}"], files.Written);
    }

    [Fact]
    [Trait("Length", "long")]
    public async Task Entries_in_any_order_are_found_and_leave_in_the_order_in_which_they_came()
    {
        using SavedFiles files = new();
        files.Save([.. Enumerable.Range(0, 12_000).Select(number => (SavedFiles.File($"d/{number:d6}-{new string('x', 400)}", 3), (string[])["abc"]))]);
        EntryRecord[] now = [.. Enumerable.Range(0, 12_500).Select(number => SavedFiles.File($"d/{number:d6}-{new string('x', 400)}", 3))];
        new Random(1).Shuffle(now);
        await files.RunAsync(Plain, now);
        Assert.Equal(now.Select(entry => string.CompareOrdinal(entry.Path.ToString(), "d/012") < 0 ? $"{entry.Path}={Abc}" : entry.Path.ToString()),
            files.Written);
    }

    [Fact]
    public async Task Reread_takes_no_base()
    {
        using SavedFiles files = new();
        files.Save((SavedFiles.File("a", 3), ["abc"]));
        await files.RunAsync(Plain with { Reread = true }, SavedFiles.File("a", 3));
        Assert.Equal(["a"], files.Written);
        Assert.Empty(files.Begin!.Bases);
    }

    [Fact]
    public async Task What_is_not_touched_passes_byte_for_byte()
    {
        using SavedFiles files = new();
        files.Save((SavedFiles.File("a", 3), ["abc"]));
        byte[] begin = Encode(writer => writer.Write(new BeginRecord { Host = "h" }));

        // An entry with its keys in another order, in long forms, and a key and a kind that nobody knows; content that is there already.
        byte[] other = [0x83, 0xA4, .. "kind"u8, 0xA5, .. "other"u8, 0xA1, (byte)'x', 0xCD, 0, 1, 0xA1, (byte)'y', 0xC0];
        byte[] directory =
            [0x84, 0xA4, .. "kind"u8, 0xA5, .. "entry"u8, 0xA4, .. "type"u8, 0xA3, .. "dir"u8, 0xA1, (byte)'x', 0xCD, 0, 1, 0xA4, .. "path"u8, 0xA1, (byte)'a'];
        EntryRecord content = SavedFiles.File("a", 3);
        content.HasContent = true;
        byte[] rest = Encode(writer =>
        {
            writer.Write(content);
            writer.WriteData("abc"u8);
            writer.Write(SavedFiles.File("b", 3));
            writer.Write(new ProblemRecord(BytePath.Of("b"), "x", 1, "text", Marks: true));
            writer.Write(new EndRecord("x", 1, 2, 3));
        });
        byte[] output = await files.PassAsync(Plain, [.. begin, .. other, .. directory, .. rest]);
        Assert.True(output.AsSpan().EndsWith((byte[])[.. other, .. directory, .. rest]));
    }

    [Fact]
    public async Task Of_a_cut_stream_comes_what_was_whole_and_no_end()
    {
        using SavedFiles files = new();
        files.Save((SavedFiles.File("a", 3), ["abc"]));
        byte[] stream = Encode(writer =>
        {
            writer.Write(new BeginRecord { Host = "h" });
            writer.Write(SavedFiles.File("b", 3));
        });
        await Assert.ThrowsAsync<StreamCutException>(() => files.PassAsync(Plain, [.. stream, 0x82, 0xA4]));
        Assert.True(files.LastOutput.AsSpan().EndsWith(Encode(writer => writer.Write(SavedFiles.File("b", 3)))));
    }

    private static byte[] Encode(Action<RecordWriter> write)
    {
        using MemoryStream stream = new();
        RecordWriter writer = new(stream);
        write(writer);
        writer.FlushAsync().AsTask().GetAwaiter().GetResult();
        return stream.ToArray();
    }
}
