using System.Numerics;
using System.Text;
using Backshift.Posix;

namespace Backshift.Records.Tests;

public sealed class FlagNamesTests
{
    [Fact]
    public void Every_flag_that_is_kept_has_a_name_that_is_read_as_that_flag()
    {
        HashSet<string> names = [];
        for (uint rest = InodeFlags.Kept; rest != 0; rest &= rest - 1)
        {
            uint bit = 1u << BitOperations.TrailingZeroCount(rest);
            byte[] name = FlagNames.Write(bit);
            Assert.NotEmpty(name);
            Assert.True(names.Add(Encoding.ASCII.GetString(name)));
            Assert.Equal(bit, FlagNames.Read(name));
        }

        Assert.Equal(InodeFlags.Kept, FlagNames.Read(FlagNames.Write(uint.MaxValue)));
    }

    [Theory]
    [InlineData("schg,nodump", InodeFlags.Immutable | InodeFlags.NoDump)]
    [InlineData("simmutable,sappend,journal-data", InodeFlags.Immutable | InodeFlags.AppendOnly | 0x4000)]
    [InlineData("nodump,uchg,,", InodeFlags.NoDump)]
    [InlineData("", 0)]
    public void Names_of_libarchive_are_read_and_others_passed_over(string names, uint flags) =>
        Assert.Equal(flags, FlagNames.Read(Encoding.ASCII.GetBytes(names)));

    [Fact]
    public void How_a_file_system_lays_out_an_inode_has_no_name()
    {
        Assert.False(FlagNames.Has(0x1000 | 0x80000 | 0x10000000));
        Assert.Empty(FlagNames.Write(0x1000 | 0x80000 | 0x10000000));
    }
}
