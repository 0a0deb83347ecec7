using System.Buffers;
using System.Text;
using Backshift.Posix;

namespace Backshift.Tar.Tests;

public sealed class AccessListTests
{
    private const string List = "0200000001000600ffffffff020006000100000002000500feffffff04000400ffffffff080004000200000010000600ffffffff20000000ffffffff";
    private const string Text = "user::rw-,user:1:rw-,user:4294967294:r-x,group::r--,group:2:r--,mask::rw-,other::---";

    [Fact]
    public void It_is_written_as_text_with_numbers()
    {
        ArrayBufferWriter<byte> text = new();
        Assert.True(AccessList.TryWrite(Convert.FromHexString(List), text));
        Assert.Equal(Text, Encoding.ASCII.GetString(text.WrittenSpan));
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        Assert.True(AccessList.TryParse(Encoding.ASCII.GetBytes(Text), inherited: false, new AccountNumbers(), out byte[]? value, out _));
        Assert.Equal(List, Convert.ToHexStringLower(value!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("02000000")]
    [InlineData("0100000001000600ffffffff")]
    [InlineData("0200000001000600ffffff")]
    [InlineData("0200000003000600ffffffff")]
    public void What_is_no_list_has_no_text(string value) => Assert.False(AccessList.TryWrite(Convert.FromHexString(value), new ArrayBufferWriter<byte>()));
}
