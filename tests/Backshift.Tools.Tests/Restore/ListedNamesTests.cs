using Backshift.Posix;
using Xunit;

namespace Backshift.Tools.Restore.Tests;

public sealed class ListedNamesTests
{
    private readonly byte[] buffer = new byte[4096];

    [Fact]
    public void Only_what_is_a_file_or_not_there_may_be_opened()
    {
        using RestoredFolder folder = new();
        folder.Write("file", "x");
        Directory.CreateDirectory(folder.At("directory"));
        File.CreateSymbolicLink(folder.At("link"), "file");
        using UnixFile top = Open(folder);
        Assert.Equal(0, DirectoryChanges.TryMakeNode(top, "fifo\0"u8, FileKind.Fifo, FileModes.PrivateFile, 0, 0));
        ListedNames listed = ListedNames.Of(top, buffer, 7);
        Assert.True(listed.IsClean);
        Assert.True(listed.MayOpen("file"u8, 7));
        Assert.True(listed.MayOpen("missing"u8, 7));
        Assert.False(listed.MayOpen("directory"u8, 7));
        Assert.False(listed.MayOpen("link"u8, 7));
        Assert.False(listed.MayOpen("fifo"u8, 7));

        // The restore may have put something else there.
        Assert.False(listed.MayOpen("file"u8, 8));
    }

    [Fact]
    public void What_cannot_be_listed_or_has_too_much_says_nothing()
    {
        using RestoredFolder folder = new();
        folder.Write("file", "x");
        using UnixFile top = Open(folder);
        using UnixFile pass = UnixFile.TryOpen(top, BytePath.Of("."), OpenFor.Directory | OpenFor.Passage, out _)!;
        ListedNames listed = ListedNames.Of(pass, buffer, 0);
        Assert.False(listed.IsClean || listed.MayOpen("file"u8, 0));

        for (int i = 0; i <= 1024; i++)
        {
            File.CreateSymbolicLink(folder.At($"link{i}"), "x");
        }

        listed = ListedNames.Of(top, buffer, 0);
        Assert.False(listed.IsClean || listed.MayOpen("file"u8, 0));
    }

    [Fact]
    public void A_directory_with_what_a_killed_restore_left_is_not_clean()
    {
        using RestoredFolder folder = new();
        folder.Write(".bs-restore.0123456789abcdef", "x");
        using UnixFile top = Open(folder);
        ListedNames listed = ListedNames.Of(top, buffer, 0);
        Assert.False(listed.IsClean);
        Assert.True(listed.MayOpen("file"u8, 0));
    }

    private static UnixFile Open(RestoredFolder folder) => UnixFile.Open(BytePath.Of(folder.Path), OpenFor.Directory);
}
