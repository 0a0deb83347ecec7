using Xunit;

namespace Backshift.Posix.Tests;

public sealed class BytePathTests
{
    [Fact]
    public void What_lies_in_a_directory_follows_it_at_once()
    {
        string[] sorted = ["a", "a/b", "a/b/c", "a/c", "a b", "a!", "a-b", "a.b", "a0", "ab", "b"];
        BytePath[] paths = [.. sorted.Select(BytePath.Of)];
        Random random = new(1);
        BytePath[] shuffled = [.. paths];
        random.Shuffle(shuffled);
        Array.Sort(shuffled);
        Assert.Equal(sorted, shuffled.Select(path => path.ToString()));
    }

    [Fact]
    public void The_order_is_one_whatever_the_bytes()
    {
        Random random = new(2);
        for (int i = 0; i < 20000; i++)
        {
            byte[][] three =
                [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, random.Next(4)).Select(_ => (byte)"/\u0001a.\xff0"[random.Next(5)]).ToArray())];
            int ab = BytePath.Compare(three[0], three[1]), bc = BytePath.Compare(three[1], three[2]), ac = BytePath.Compare(three[0], three[2]);
            Assert.Equal(Math.Sign(ab), -Math.Sign(BytePath.Compare(three[1], three[0])));
            Assert.Equal(ab == 0, three[0].AsSpan().SequenceEqual(three[1]));
            Assert.False(ab < 0 && bc < 0 && ac >= 0);
        }
    }

    [Theory]
    [InlineData("a/b", "a", true)]
    [InlineData("a", "a", true)]
    [InlineData("ab", "a", false)]
    [InlineData("a", "a/b", false)]
    [InlineData("a", "", true)]
    public void A_path_lies_within_a_directory_by_whole_names(string path, string directory, bool within) =>
        Assert.Equal(within, BytePath.IsWithin(BytePath.Of(path).Span, BytePath.Of(directory).Span));

    [Theory]
    [InlineData("/", "x", "/x")]
    [InlineData("a", "x", "a/x")]
    [InlineData("a/", "x", "a/x")]
    [InlineData("", "x", "x")]
    public void Joining_puts_one_slash_between(string path, string name, string joined) => Assert.Equal(BytePath.Of(joined), BytePath.Of(path).Join(name));

    [Theory]
    [InlineData("a/b", "a")]
    [InlineData("/a", "/")]
    [InlineData("a", "")]
    public void The_parent_is_what_comes_before_the_last_name(string path, string parent) => Assert.Equal(BytePath.Of(parent), BytePath.Of(path).Parent);

    [Fact]
    public void No_control_byte_and_no_bad_utf8_reaches_a_terminal()
    {
        Random random = new(3);
        for (int i = 0; i < 5000; i++)
        {
            byte[] name = new byte[random.Next(20)];
            random.NextBytes(name);
            Assert.DoesNotContain(Escaping.Display(name), static c => char.IsControl(c) || c == '\ufffd' || c is '\u2028' or '\u202e' or '\u200f');
        }

        Assert.Equal("a\\nb\\x1b[2J\\\\ü", Escaping.Display("a\nb\u001b[2J\\ü"u8));
        Assert.Equal("\\xe2\\x80\\xaefdp.exe", Escaping.Display("\u202efdp.exe"u8));
        Assert.Equal("\\xff\\xfe", Escaping.Display([0xff, 0xfe]));
    }
}
