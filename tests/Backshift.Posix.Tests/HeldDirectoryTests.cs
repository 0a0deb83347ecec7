using Xunit;

namespace Backshift.Posix.Tests;

public sealed class HeldDirectoryTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"bs-held-{Guid.NewGuid():n}");
    private readonly HeldDirectory held;

    public HeldDirectoryTests()
    {
        Directory.CreateDirectory(Path.Combine(folder, "here"));
        held = HeldDirectory.Open(BytePath.Of(Path.Combine(folder, "here")));
    }

    [Fact]
    public void A_directory_that_was_moved_is_still_the_one_that_is_written_to()
    {
        Directory.Move(Path.Combine(folder, "here"), Path.Combine(folder, "there"));
        Assert.True(Publish("a/b", "content"));
        Assert.Equal("content", File.ReadAllText(Path.Combine(folder, "there/a/b")));
        Assert.False(Directory.Exists(Path.Combine(folder, "here")));
    }

    [Fact]
    public void A_directory_that_was_deleted_is_not_made_anew()
    {
        Directory.Delete(Path.Combine(folder, "here"));
        Assert.Equal(Errno.ENOENT, Assert.Throws<UnixException>(() => held.EnsureDirectory(BytePath.Of("a/b"))).Errno);
        Assert.False(Directory.Exists(Path.Combine(folder, "here")));
    }

    [Fact]
    public void No_link_below_is_followed_whatever_is_done()
    {
        string outside = Path.Combine(folder, "outside");
        Directory.CreateDirectory(outside);
        File.WriteAllText(Path.Combine(outside, "file"), "secret");
        File.CreateSymbolicLink(Path.Combine(folder, "here/link"), outside);
        File.CreateSymbolicLink(Path.Combine(folder, "here/file"), Path.Combine(outside, "file"));

        Assert.Null(held.TryOpenRegular(BytePath.Of("link/file"), out int errno, out bool otherKind));
        Assert.Equal((Errno.ELOOP, false), (errno, otherKind));
        Assert.Null(held.TryOpenRegular(BytePath.Of("file"), out errno, out otherKind));
        Assert.Equal((Errno.ELOOP, true), (errno, otherKind));
        Assert.Null(held.TryList(BytePath.Of("link"), out errno));
        Assert.Equal(Errno.ELOOP, errno);
        Assert.Equal(Errno.ELOOP, held.TryGetStatus(BytePath.Of("link/file"), out _));
        Assert.Equal(Errno.ELOOP, held.TryDelete(BytePath.Of("link/file")));
        Assert.Equal(Errno.ELOOP, Assert.Throws<UnixException>(() => held.Create(BytePath.Of("link/new"))).Errno);
        Assert.Equal(Errno.ELOOP, Assert.Throws<UnixException>(() => held.EnsureDirectory(BytePath.Of("link"))).Errno);
        Assert.Equal(Errno.ELOOP, Assert.Throws<UnixException>(() => held.EnsureDirectory(BytePath.Of("link/new"))).Errno);
        Assert.Equal(Errno.ELOOP, Assert.Throws<UnixException>(() => Publish("link/new", "x")).Errno);
        Assert.Equal(["file"], Directory.GetFileSystemEntries(outside).Select(Path.GetFileName));
    }

    [Fact]
    public void The_path_to_it_may_be_a_link()
    {
        File.CreateSymbolicLink(Path.Combine(folder, "alias"), "here");
        using HeldDirectory alias = HeldDirectory.Open(BytePath.Of(Path.Combine(folder, "alias")));
        Assert.True(alias.Status.IsSameFile(held.Status));
    }

    [Fact]
    public void Only_regular_files_are_opened_as_files()
    {
        Directory.CreateDirectory(Path.Combine(folder, "here/directory"));
        File.WriteAllText(Path.Combine(folder, "here/regular"), "x");
        Assert.Null(held.TryOpenRegular(BytePath.Of("directory"), out _, out bool otherKind));
        Assert.True(otherKind);
        Assert.Null(held.TryOpenRegular(BytePath.Of("missing"), out int errno, out otherKind));
        Assert.Equal((Errno.ENOENT, false), (errno, otherKind));
        using UnixFile? regular = held.TryOpenRegular(BytePath.Of("regular"), out errno, out otherKind);
        Assert.NotNull(regular);
        Assert.Equal((0, false), (errno, otherKind));
    }

    [Fact]
    public void A_rename_whose_answer_was_lost_and_that_was_asked_for_again_is_no_refusal()
    {
        using DurableFile file = DurableFile.TryCreate(held, BytePath.Of("tmp"))!;
        file.Write("content"u8);
        File.Move(Path.Combine(folder, "here/tmp"), Path.Combine(folder, "here/name"));
        Assert.True(file.TryPublish(BytePath.Of("name")));
        file.Dispose();
        Assert.Equal("content", File.ReadAllText(Path.Combine(folder, "here/name")));
    }

    [Fact]
    public void A_hard_link_whose_answer_was_lost_and_that_was_asked_for_again_is_no_refusal()
    {
        using (DurableFile file = DurableFile.TryCreate(held, BytePath.Of("tmp"))!)
        {
            file.Write("content"u8);
            using System.Diagnostics.Process link =
                System.Diagnostics.Process.Start("ln", [Path.Combine(folder, "here/tmp"), Path.Combine(folder, "here/name")]);
            link.WaitForExit();
            Assert.True(file.TryPublish(BytePath.Of("name")));
        }

        Assert.Equal(["name"], Directory.GetFileSystemEntries(Path.Combine(folder, "here")).Select(Path.GetFileName));
    }

    [Fact]
    public void A_sound_file_system_has_no_weaknesses_and_trying_it_leaves_nothing()
    {
        Assert.Equal(Weaknesses.None, held.FindWeaknesses(BytePath.Of("first"), BytePath.Of("second")));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(folder, "here")));
    }

    [Fact]
    public void A_directory_that_was_moved_says_where_it_is()
    {
        Directory.Move(Path.Combine(folder, "here"), Path.Combine(folder, "there"));
        Assert.Equal(BytePath.Of(Path.Combine(folder, "there")), held.FindPlace());
        Directory.Delete(Path.Combine(folder, "there"));
        Assert.Null(held.FindPlace());
    }

    [Theory]
    [InlineData(0x180u, 0x1C0u)]
    [InlineData(0x1B0u, 0x5F8u)]
    public void What_is_made_has_the_mode_that_was_asked_for(uint fileMode, uint directoryMode)
    {
        held.FileMode = fileMode;
        held.DirectoryMode = FileModes.DirectoryFor(fileMode);
        Assert.Equal(directoryMode, held.DirectoryMode);
        Assert.True(Publish("a/b", "x"));
        Assert.Equal(0, held.TryGetStatus(BytePath.Of("a"), out FileStatus directory));
        Assert.Equal(0, held.TryGetStatus(BytePath.Of("a/b"), out FileStatus file));
        Assert.Equal((directoryMode, fileMode), (directory.Mode, file.Mode));
    }

    private bool Publish(string path, string content)
    {
        using DurableFile file = DurableFile.TryCreate(held, BytePath.Of("tmp"))!;
        file.Write(System.Text.Encoding.UTF8.GetBytes(content));
        return file.TryPublish(BytePath.Of(path));
    }

    public void Dispose()
    {
        held.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
