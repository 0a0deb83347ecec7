using System.Text;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Paths.Tests;

public sealed class PathListTests
{
    [Theory]
    [InlineData("a\0b\0", new[] { "a", "b" })]
    [InlineData("a\0b", new[] { "a", "b" })]
    [InlineData("\0\0a\0\0", new[] { "a" })]
    [InlineData("", new string[0])]
    [InlineData("a\nb\0", new[] { "a\\nb" })]
    public async Task Names_end_in_NUL(string input, string[] names) => Assert.Equal(names, await Read(Encoding.UTF8.GetBytes(input), 0));

    [Fact]
    public async Task Lines_end_in_newline() => Assert.Equal(["a b", "c"], await Read("a b\n\nc"u8.ToArray(), (byte)'\n'));

    [Fact]
    public async Task A_NUL_in_a_line_is_damaged_input() =>
        Assert.Equal(ExitCode.DataError, (await Assert.ThrowsAsync<BackshiftException>(() => Read("a\0b\n"u8.ToArray(), (byte)'\n'))).Code);

    [Fact]
    public async Task A_size_and_a_blank_may_stand_before_each_name() =>
        Assert.Equal(["x", "7 y", " z"], await Read("12 x\0" + "0 7 y\0" + "3  z\0", sized: true));

    [Theory]
    [InlineData("x")]
    [InlineData("12")]
    [InlineData(" x")]
    [InlineData("-1 x")]
    [InlineData("12\tx")]
    public async Task What_has_no_size_is_damaged_input(string record) =>
        Assert.Equal(ExitCode.DataError, (await Assert.ThrowsAsync<BackshiftException>(() => Read(record, sized: true))).Code);

    [Fact]
    public async Task The_longest_name_is_read_and_a_longer_one_refused()
    {
        byte[] longest = Enumerable.Repeat((byte)'x', PathList.MaxName).ToArray();
        Assert.Equal(PathList.MaxName, (await Read([.. longest, 0], 0))[0].Length);
        Assert.Equal(ExitCode.DataError, (await Assert.ThrowsAsync<BackshiftException>(() => Read([.. longest, (byte)'x', 0], 0))).Code);
    }

    [Fact]
    public async Task A_list_without_any_end_of_a_name_is_refused_before_it_is_all_in_memory()
    {
        using MemoryStream endless = new(Enumerable.Repeat((byte)'x', 8 << 20).ToArray());
        PathList list = new(endless, 0, sized: false);
        await Assert.ThrowsAsync<BackshiftException>(async () =>
        {
            while (!list.TryTake(out _))
            {
                await list.ReadAsync(CancellationToken.None);
            }
        });
        Assert.True(endless.Position < 4 << 20);
    }

    private static Task<List<string>> Read(string input, bool sized) => Read(Encoding.UTF8.GetBytes(input), 0, sized);

    private static async Task<List<string>> Read(byte[] input, byte separator, bool sized = false)
    {
        PathList list = new(new MemoryStream(input), separator, sized);
        List<string> names = [];
        do
        {
            while (list.TryTake(out ReadOnlySpan<byte> name))
            {
                names.Add(Escaping.Display(name));
            }
        }
        while (await list.ReadAsync(CancellationToken.None));
        return names;
    }
}
