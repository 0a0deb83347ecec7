using System.Diagnostics;
using System.Text;
using Xunit;

namespace Backshift.Posix.Tests;

public sealed class OpeningWithoutLinksTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"bs-links-{Guid.NewGuid():n}");

    public OpeningWithoutLinksTests()
    {
        // The temporary directory itself may be reached through a link.
        Directory.CreateDirectory(Path.Combine(folder, "a/b"));
        File.WriteAllText(Path.Combine(folder, "a/b/file"), "content");
        File.CreateSymbolicLink(Path.Combine(folder, "a/b/link"), "file");
        Directory.CreateSymbolicLink(Path.Combine(folder, "a/way"), "b");
    }

    [Theory]
    [InlineData("a/b/file", 0)]
    [InlineData("a//b/./file", 0)]
    [InlineData("a/../a/b/file", 0)]
    [InlineData("a/way/file", Errno.ELOOP)]
    [InlineData("a/b/link", Errno.ELOOP)]
    [InlineData("a/way/none", Errno.ELOOP)]
    [InlineData("a/none/file", Errno.ENOENT)]
    [InlineData("a/b/none", Errno.ENOENT)]
    [InlineData("a/b/file/below", Errno.ENOTDIR)]
    public void A_path_is_opened_only_if_no_part_of_it_is_a_link(string path, int wanted)
    {
        using UnixFile directory = UnixFile.Open(BytePath.Of(folder), OpenFor.Directory);
        foreach (bool byComponents in (bool[])[false, true])
        {
            int errno;
            using UnixFile? file = byComponents
                ? UnixFile.TryOpenByComponents(directory, BytePath.Of(path), OpenFor.NoFollow, out errno)
                : UnixFile.TryOpenWithoutLinks(directory, BytePath.Of(path), OpenFor.NoFollow, out errno);
            Assert.Equal(wanted, errno);
            Assert.Equal(wanted == 0, file is not null);
            if (file is not null)
            {
                byte[] content = new byte[16];
                Assert.Equal("content", Encoding.UTF8.GetString(content.AsSpan(0, file.Read(content))));
            }
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/etc")]
    [InlineData("//etc/.")]
    public void An_absolute_path_starts_at_the_root_whatever_the_directory(string path)
    {
        using UnixFile directory = UnixFile.Open(BytePath.Of(folder), OpenFor.Directory);
        using UnixFile? one = UnixFile.TryOpenWithoutLinks(directory, BytePath.Of(path), OpenFor.Directory, out int errno);
        using UnixFile? other = UnixFile.TryOpenByComponents(directory, BytePath.Of(path), OpenFor.Directory, out int errnoByComponents);
        Assert.Equal((0, 0), (errno, errnoByComponents));
        using UnixFile plain = UnixFile.Open(BytePath.Of(path), OpenFor.Directory);
        Assert.Equal(FileStatus.Of(plain).Ino, FileStatus.Of(one!).Ino);
        Assert.Equal(FileStatus.Of(plain).Ino, FileStatus.Of(other!).Ino);
    }

    [Fact]
    public void A_link_in_the_middle_of_a_path_that_is_too_long_for_one_call_is_seen()
    {
        string name = new('n', 200);
        string deep = "";
        using (UnixFile top = UnixFile.Open(BytePath.Of(folder), OpenFor.Directory))
        {
            // Made from within, since no call takes the whole path; a shell does not go there either.
            using System.Diagnostics.Process python = System.Diagnostics.Process.Start(
                "python3",
                    ["-c", $"import os; os.chdir('{folder}'); [(os.mkdir('{name}'), os.chdir('{name}')) for i in range(25)]; open('file', 'w'); "
                        + "os.symlink('.', 'loop')"]);
            python.WaitForExit();
            deep = string.Join('/', Enumerable.Repeat(name, 25));
            using UnixFile? file = UnixFile.TryOpenWithoutLinks(top, BytePath.Of($"{deep}/file"), OpenFor.NoFollow, out int errno);
            Assert.Equal(0, errno);
            Assert.Null(UnixFile.TryOpenWithoutLinks(top, BytePath.Of($"{deep}/loop/file"), OpenFor.NoFollow, out errno));
            Assert.Equal(Errno.ELOOP, errno);
        }
    }

    [Fact]
    public void Scratch_space_has_no_name_and_is_for_its_owner_alone()
    {
        foreach (Func<BytePath, UnixFile> create in (Func<BytePath, UnixFile>[])[UnixFile.CreateUnnamed, UnixFile.CreateAndUnlink])
        {
            using UnixFile scratch = create(BytePath.Of(folder).Join("scratch"));
            FileStatus status = FileStatus.Of(scratch);
            Assert.Equal(0x180u, status.Mode);
            Assert.Equal(0u, status.Nlink);
            Assert.False(File.Exists(Path.Combine(folder, "scratch")));
            scratch.Write("kept"u8);
            byte[] back = new byte[4];
            Assert.Equal(4, scratch.ReadAt(back, 0));
            Assert.Equal("kept"u8, back);
        }
    }

    [Fact]
    public void The_arguments_are_found_without_proc() =>
        Assert.Equal(Machine.ReadArguments(BytePath.Of("/proc/self/cmdline")), Machine.ArgumentsOnStack());

    [Fact]
    public void Without_proc_there_is_nothing_to_be_read_there_and_no_error() => Assert.Empty(Machine.ReadArguments(BytePath.Of(folder).Join("cmdline")));

    public void Dispose()
    {
        // The base library does not take paths away that are longer than one call takes.
        using Process remove = Process.Start("rm", ["-rf", folder]);
        remove.WaitForExit();
    }
}
