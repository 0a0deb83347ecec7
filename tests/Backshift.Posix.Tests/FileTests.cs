using System.Text;
using Xunit;

namespace Backshift.Posix.Tests;

public sealed class FileTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"bs-posix-{Guid.NewGuid():n}");

    public FileTests() => Directory.CreateDirectory(folder);

    private BytePath Root => BytePath.Of(folder);

    [Fact]
    public void A_published_file_is_whole_and_its_temporary_name_is_gone()
    {
        using HeldDirectory held = HeldDirectory.Open(Root);
        using (DurableFile file = DurableFile.TryCreate(held, BytePath.Of("tmp"))!)
        {
            file.Write("content"u8);
            Assert.True(file.TryPublish(BytePath.Of("a/b/name")));
        }

        Assert.Equal("content", File.ReadAllText(Path.Combine(folder, "a/b/name")));
        Assert.False(File.Exists(Path.Combine(folder, "tmp")));
    }

    [Fact]
    public void A_name_that_is_taken_is_never_replaced()
    {
        File.WriteAllText(Path.Combine(folder, "name"), "old");
        using HeldDirectory held = HeldDirectory.Open(Root);
        using (DurableFile file = DurableFile.TryCreate(held, BytePath.Of("tmp"))!)
        {
            file.Write("new"u8);
            Assert.False(file.TryPublish(BytePath.Of("name")));
            Assert.True(file.TryPublish(BytePath.Of("other")));
        }

        Assert.Equal("old", File.ReadAllText(Path.Combine(folder, "name")));
        Assert.Equal("new", File.ReadAllText(Path.Combine(folder, "other")));
    }

    [Fact]
    public void A_file_that_was_not_published_leaves_nothing()
    {
        using HeldDirectory held = HeldDirectory.Open(Root);
        using (DurableFile file = DurableFile.TryCreate(held, BytePath.Of("tmp"))!)
        {
            file.Write("x"u8);
        }

        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void Names_come_back_byte_for_byte_and_sorted()
    {
        byte[][] names = [[0xff, 0xfe], "a\nb"u8.ToArray(), "z"u8.ToArray(), Encoding.ASCII.GetBytes(new string('n', 255))];
        foreach (byte[] name in names)
        {
            UnixFile.Create(Root.Join(name)).Dispose();
        }

        Assert.Equal(names.Select(Convert.ToHexString).Order(StringComparer.Ordinal),
            DirectoryReader.TryList(Root)!.Select(name => Convert.ToHexString(name.Span)));
        foreach (byte[] name in names)
        {
            FileNames.Delete(Root.Join(name));
        }

        Assert.Null(DirectoryReader.TryList(Root.Join("missing")));
    }

    [Fact]
    [Trait("Length", "long")]
    public void A_directory_of_thousands_is_listed_whole()
    {
        for (int i = 0; i < 3000; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, $"file-with-a-name-of-some-length-{i}"), []);
        }

        Assert.Equal(3000, DirectoryReader.TryList(Root)!.Count);
    }

    [Fact]
    public void A_missing_file_and_one_that_is_a_link_are_refused_with_their_numbers()
    {
        Assert.Null(UnixFile.TryOpen(null, Root.Join("missing"), OpenFor.Reading, out int errno));
        Assert.Equal(Errno.ENOENT, errno);
        File.CreateSymbolicLink(Path.Combine(folder, "link"), "/etc/passwd");
        Assert.Null(UnixFile.TryOpen(null, Root.Join("link"), OpenFor.NoFollow, out errno));
        Assert.Equal(Errno.ELOOP, errno);
        UnixException thrown = Assert.Throws<UnixException>(() => UnixFile.Open(Root.Join("missing")));
        Assert.Contains("missing: No such file or directory", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_exclusive_lock_keeps_another_out()
    {
        UnixFile.Create(Root.Join("lock")).Dispose();
        using UnixFile first = UnixFile.Open(Root.Join("lock")), second = UnixFile.Open(Root.Join("lock"));
        Assert.True(first.TryLock(exclusive: true));
        Assert.False(second.TryLock(exclusive: false));
        first.Dispose();
        Assert.True(second.TryLock(exclusive: false));
    }

    [Fact]
    public void Users_have_names_and_numbers_without_one_have_none()
    {
        Accounts accounts = new();
        Assert.Equal("root"u8.ToArray(), accounts.User(0));
        Assert.Equal("root"u8.ToArray(), accounts.Group(0));
        Assert.Null(accounts.User(3_999_999_999));
        Assert.Null(accounts.User(3_999_999_999));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
