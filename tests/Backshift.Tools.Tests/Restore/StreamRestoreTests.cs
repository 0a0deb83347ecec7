using Backshift.Posix;
using Backshift.Records;
using Backshift.Tools.Tests;
using Xunit;

namespace Backshift.Tools.Restore.Tests;

public sealed class StreamRestoreTests
{
    private static EntryRecord Entry(string path, EntryType type, string? target = null) =>
        new() { Path = BytePath.Of(path), Type = type, Target = target is null ? null : BytePath.Of(target).Bytes };

    [Fact]
    public async Task Entries_in_any_order_come_to_their_places()
    {
        using RestoredFolder folder = new();
        RecordStream stream = new RecordStream().File("d/e/f", 3, "abc").File("a", 0).Write(Entry("d/e", EntryType.Directory)).File("d/g", 4, "wx", "yz")
            .Write(new EntryRecord { Path = BytePath.Of("d"), Type = EntryType.Directory, Mode = 0x1C0, Mtime = new UnixTime(5, 7) });
        Assert.Equal(ExitCode.Done, folder.Restore(await stream.CloseAsync()));
        Assert.Equal(["a", "d", "d/e", "d/e/f", "d/g"], folder.Names());
        Assert.Equal(("abc", "wxyz"), (folder.Read("d/e/f"), folder.Read("d/g")));
        Assert.Equal((0x1C0u, new UnixTime(5, 7)), (folder.Status("d").Mode, folder.Status("d").Mtime));
    }

    [Fact]
    public async Task A_path_through_a_link_is_left_out()
    {
        using RestoredFolder folder = new(), outside = new();
        RecordStream stream = new RecordStream().Write(Entry("d", EntryType.SymbolicLink, outside.Path)).File("d/f", 1, "x").File("g", 1, "y")
            .Write(Entry("d/s", EntryType.SymbolicLink, "x")).Write(Entry("h", EntryType.Link, "d/f"));
        Assert.Equal(ExitCode.Incomplete, folder.Restore(await stream.CloseAsync()));
        Assert.Equal(["d", "g"], folder.Names());
        Assert.Empty(outside.Names());
        Assert.Equal("d/f: lies below d, which is not a directory; left out", folder.Said[0]);
    }

    [Theory, InlineData(2), InlineData(4)]
    public async Task A_content_of_another_length_than_its_size_is_left_out(int size)
    {
        using RestoredFolder folder = new();
        folder.Write("f", "old");
        Assert.Equal(ExitCode.Incomplete, folder.Restore(await new RecordStream().File("f", size, "abc").File("g", 1, "x").CloseAsync()));
        Assert.Equal(("old", "x"), (folder.Read("f"), folder.Read("g")));
        Assert.Equal([$"f: its content is 3 bytes long, not {size}; left out"], folder.Said);
    }

    [Fact]
    public async Task A_stream_that_stops_leaves_no_part_of_a_file()
    {
        using RestoredFolder folder = new();
        Stream stream = await new RecordStream().File("d/f", 3, "abc").File("g", 100, "x").CloseAsync(end: false);
        Assert.Throws<StreamCutException>(() => folder.Restore(stream));
        Assert.Equal(["d", "d/f"], folder.Names());
    }

    [Fact]
    public async Task Equal_files_stay_and_others_are_replaced_from_the_first_difference_on()
    {
        using RestoredFolder folder = new();
        RecordStream Stream() => new RecordStream().File("same", 6, "abc", "def").File("middle", 6, "abc", "def").File("short", 6, "abc", "def")
            .File("long", 6, "abc", "def");
        Assert.Equal(ExitCode.Done, folder.Restore(await Stream().CloseAsync()));
        folder.Write("middle", "abcXef");
        folder.Write("short", "abcd");
        folder.Write("long", "abcdefg");
        ulong ino = folder.Status("same").Ino;
        Assert.Equal(ExitCode.Done, folder.Restore(await Stream().CloseAsync(), new RestoreOptions { OnlyChanged = true }));
        Assert.All(folder.Names(), name => Assert.Equal("abcdef", folder.Read(name)));
        Assert.Equal(ino, folder.Status("same").Ino);
        Assert.Equal(["M long", "M middle", "M short"], folder.Changes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_dry_run_of_a_stream_writes_nothing()
    {
        using RestoredFolder folder = new();
        folder.Write("f", "old");
        RecordStream stream = new RecordStream().File("f", 3, "new").File("d/g", 1, "x").Write(Entry("e", EntryType.Directory));
        Assert.Equal(ExitCode.Done, folder.Restore(await stream.CloseAsync(), new RestoreOptions { DryRun = true }));
        Assert.Equal(["A d/g", "A e/", "M f"], folder.Changes.Order(StringComparer.Ordinal));
        Assert.Equal(["f"], folder.Names());
        Assert.Equal("old", folder.Read("f"));
    }

    [Fact]
    public async Task Problems_of_the_stream_are_those_of_the_restore()
    {
        using RestoredFolder folder = new();
        Assert.Equal(ExitCode.Incomplete, folder.Restore(await new RecordStream().Problem("x", "cannot be read").File("f", 1, "x").CloseAsync()));
        Assert.Equal(["f"], folder.Names());
    }
}
