using Xunit;

namespace Backshift.Posix.Tests;

public sealed class DirectoryChangesTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("backshift-changes-");
    private readonly UnixFile directory;

    public DirectoryChangesTests() => directory = UnixFile.Open(BytePath.Of(folder.FullName), OpenFor.Directory);

    public static TheoryData<string> NoNames => ["", ".", "..", "/", "a/b", "/a", "../a", "a\0b"];

    [Theory, MemberData(nameof(NoNames))]
    public void What_is_not_a_single_component_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => DirectoryChanges.TryMakeDirectory(directory, BytePath.Of(name + "\0").Span, 0x1C0));

    [Fact]
    public void Nothing_that_is_made_replaces_what_is_there()
    {
        Assert.Equal(0, DirectoryChanges.TryMakeSymbolicLink(directory, "l\0"u8, "to\0"u8));
        Assert.Equal(Errno.EEXIST, DirectoryChanges.TryMakeDirectory(directory, "l\0"u8, 0x1C0));
        Assert.Equal(Errno.EEXIST, DirectoryChanges.TryMakeNode(directory, "l\0"u8, FileKind.Fifo, 0x180, 0, 0));
        Assert.Equal(Errno.EEXIST, DirectoryChanges.TryMakeSymbolicLink(directory, "l\0"u8, "other\0"u8));
        Assert.Equal("to"u8.ToArray(), FileNames.TryReadLink(directory, "l\0"u8, out _));
    }

    [Fact]
    public void Attributes_are_changed_of_a_link_itself_and_not_of_what_it_leads_to()
    {
        File.Create(Path.Combine(folder.FullName, "to")).Dispose();
        Assert.Equal(0, DirectoryChanges.TryMakeSymbolicLink(directory, "l\0"u8, "to\0"u8));
        using UnixFile link = UnixFile.TryOpen(directory, BytePath.Of("l"), OpenFor.Passage | OpenFor.NoFollow, out _)!;
        UnixTime time = new(1_000_000_000, 123_456_789);
        Assert.Equal(0, InodeChanges.TrySetMtime(link, time));
        Assert.Equal(0, InodeChanges.TryChangeOwner(link, Machine.UserNumber, null));
        Assert.Equal(time, FileStatus.Of(link).Mtime);
        Assert.Equal(0, FileStatus.TryGet(directory, "to\0"u8, out FileStatus target));
        Assert.NotEqual(time, target.Mtime);
    }

    [Theory, InlineData(FileKind.Fifo), InlineData(FileKind.Socket)]
    public void A_mode_is_set_through_a_descriptor_that_only_passes(FileKind kind)
    {
        Assert.Equal(0, DirectoryChanges.TryMakeNode(directory, "n\0"u8, kind, 0x180, 0, 0));
        using UnixFile node = UnixFile.TryOpen(directory, BytePath.Of("n"), OpenFor.Passage | OpenFor.NoFollow, out _)!;
        Assert.Equal(0, InodeChanges.TryChangeMode(node, 0x1FF));
        Assert.Equal((kind, 0x1FFu), (FileStatus.Of(node).Kind, FileStatus.Of(node).Mode));
    }

    [Fact]
    public void An_unnamed_file_gets_a_name_that_is_free_and_no_other()
    {
        using UnixFile? file = UnixFile.TryCreateUnnamed(directory, BytePath.Of("f"), out int errno);
        Assert.SkipWhen(file is null && UnixFile.MeansNoUnnamed(errno), "no unnamed files here");
        file!.WriteAt("abc"u8, 5);
        file.SetLength(10);
        Assert.Empty(folder.GetFileSystemInfos());
        Assert.Equal(0, DirectoryChanges.TryMakeDirectory(directory, "taken\0"u8, 0x1C0));
        Assert.Equal(Errno.EEXIST, file.TryGiveName(directory, "taken\0"u8));
        Assert.Equal(0, file.TryGiveName(directory, "free\0"u8));
        Assert.Equal("\0\0\0\0\0abc\0\0", File.ReadAllText(Path.Combine(folder.FullName, "free")));
    }

    [Fact]
    public void Nothing_is_opened_beneath_through_a_link_or_upwards()
    {
        Assert.Equal(0, DirectoryChanges.TryMakeDirectory(directory, "d\0"u8, 0x1C0));
        Assert.Equal(0, DirectoryChanges.TryMakeSymbolicLink(directory, "l\0"u8, "d\0"u8));
        Assert.NotNull(Open("d"));
        Assert.All((string[])["l", "l/x", "..", "d/../..", "/", "/etc"], path => Assert.Null(Open(path)));
    }

    public void Dispose()
    {
        directory.Dispose();
        folder.Delete(recursive: true);
    }

    private UnixFile? Open(string path)
    {
        using UnixFile? found = UnixFile.TryOpenBeneath(directory, BytePath.Of(path), OpenFor.Directory, out _);
        return found;
    }
}
