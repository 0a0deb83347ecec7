using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tar;
using Backshift.Tooling;
using Xunit;

namespace Backshift.Tools.Tar.Tests;

public sealed class PaxAttributesTests
{
    private const string List = "0200000001000600ffffffff020006000100000002000500feffffff04000400ffffffff080004000200000010000600ffffffff20000000ffffffff";

    [Fact]
    public void A_list_is_in_the_archive_as_text_and_as_the_attribute()
    {
        string archive = Write(libarchive: false);
        Assert.Contains("SCHILY.acl.access=user::rw-,user:1:rw-", archive, StringComparison.Ordinal);
        Assert.Contains("SCHILY.acl.default=user::rw-,user:1:rw-", archive, StringComparison.Ordinal);
        Assert.Contains("SCHILY.xattr.system.posix_acl_access=" + Encoding.Latin1.GetString(Convert.FromHexString(List)), archive, StringComparison.Ordinal);
        Assert.Contains("SCHILY.xattr.system.posix_acl_default=no list\n", archive, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Flags_and_birth_are_there_for_who_asks(bool libarchive)
    {
        string archive = Write(libarchive);
        Assert.Equal(libarchive, archive.Contains(" SCHILY.fflags=schg,nodump\n", StringComparison.Ordinal));
        Assert.Equal(libarchive, archive.Contains(" LIBARCHIVE.creationtime=1.5\n", StringComparison.Ordinal));
    }

    private static string Write(bool libarchive)
    {
        byte[] list = Convert.FromHexString(List);
        EntryRecord entry = new()
        {
            Path = BytePath.Of("a"),
            Type = EntryType.Directory,
            Flags = InodeFlags.Immutable | InodeFlags.NoDump | 0x80000,
            Btime = new UnixTime(1, 500_000_000),
            Attributes =
            [
                new("system.posix_acl_access"u8.ToArray(), list), new("system.posix_acl_default"u8.ToArray(), "no list"u8.ToArray()),
                new("system.posix_acl_default"u8.ToArray(), list),
            ],
        };
        using MemoryStream stream = new();
        OutputBuffer output = new(stream);
        Assert.Null(new TarHeaders(output, TarFormat.Pax, libarchive).TryWrite(entry, 0));
        output.Flush();
        return Encoding.Latin1.GetString(stream.ToArray());
    }
}
