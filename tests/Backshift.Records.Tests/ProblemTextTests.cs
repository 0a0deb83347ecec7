using System.Buffers;
using System.Text;
using Backshift.Posix;
using MessagePack;

namespace Backshift.Records.Tests;

public sealed class ProblemTextTests
{
    [Fact]
    public void A_name_in_the_text_of_a_problem_is_escaped_once()
    {
        BytePath path = new("a\\b"u8), target = new("c\nd\\e"u8);
        ProblemRecord problem = new(path, "bs-x", 0, $"is a link to {target}, which is not there");
        Assert.Equal(@"a\\b: is a link to c\nd\\e, which is not there", problem.ToString());
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData(@"\", @"\")]
    [InlineData(@"\\x\", @"\\x\")]
    [InlineData("a\u001b[2Jb\n", @"a\x1b[2Jb\n")]
    [InlineData("\\\u202e", @"\\xe2\x80\xae")]
    [InlineData("", "")]
    public void No_control_character_of_a_text_reaches_the_terminal_and_a_backslash_stays_one(string text, string shown) =>
        Assert.Equal(shown, new ProblemRecord(default, "bs-x", 0, text).ToString());

    [Theory]
    [InlineData("a", 16_384, 16_384)]
    [InlineData("a", 16_385, 16_381)]
    [InlineData("ä", 8192, 8192)]
    [InlineData("ä", 8193, 8190)]
    [InlineData("\u20ac", 5462, 5460)]
    [InlineData("\U0001f427", 4096, 4096)]
    [InlineData("\U0001f427", 4097, 4095)]
    public void A_text_that_is_too_long_is_cut_after_a_whole_character(string character, int count, int kept)
    {
        string text = string.Concat(Enumerable.Repeat(character, count));
        string expected = string.Concat(Enumerable.Repeat(character, kept)) + (kept < count ? "..." : "");
        Assert.Equal(expected, Written(new ProblemRecord(default, "bs-x", 0, text)).Text);
        Assert.InRange(Encoding.UTF8.GetByteCount(expected), 16_384 - 3, 16_384);
    }

    [Fact]
    public void A_path_that_is_too_long_is_cut()
    {
        byte[] path = [.. Enumerable.Range(0, (1 << 20) + 1).Select(static i => (byte)((i % 255) + 1))];
        Assert.Equal(path[..^1], Written(new ProblemRecord(new BytePath(path), "bs-x", 0, "")).Path.Span.ToArray());
    }

    private static ProblemRecord Written(ProblemRecord problem)
    {
        ArrayBufferWriter<byte> record = new();
        MessagePackWriter writer = new(record);
        problem.WriteTo(ref writer);
        writer.Flush();
        return ProblemRecord.ReadFrom(new ReadOnlySequence<byte>(record.WrittenMemory));
    }
}
