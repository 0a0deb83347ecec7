using Backshift.Posix;
using Backshift.Records;
using MessagePack;
using Xunit;

namespace Backshift.Tools.Json.Tests;

/// <summary>bs-json(1), "MAPPING": each of these comes back as it was.</summary>
public sealed class MappingTests
{
    [Theory]
    [InlineData("a", "\"path\":\"a\"")]
    [InlineData("ö\n\"", "\"path\":\"ö\\n\\\"\"")]
    [InlineData("\0", "\"path\":\"\\u0000\"")]
    public async Task A_name_that_is_text_is_a_string(string name, string expected) =>
        Assert.Equal(expected, await Lines.ValueAsync("path", (ref MessagePackWriter writer) => writer.Write(BytePath.Of(name).Span)));

    [Fact]
    public async Task A_name_that_is_not_text_survives() =>
        Assert.Equal("\"target\":{\"$bin\":\"YcM=\"}",
            await Lines.ValueAsync("target", static (ref MessagePackWriter writer) => writer.Write([(byte)'a', 0xc3])));

    [Fact]
    public async Task A_str_where_bytes_are_expected_stays_a_str() =>
        Assert.Equal("\"path\":{\"$str\":\"a\"}", await Lines.ValueAsync("path", static (ref MessagePackWriter writer) => writer.Write("a")));

    [Fact]
    public async Task Bytes_where_a_str_is_expected_stay_bytes() =>
        Assert.Equal("\"user\":{\"$bin\":\"YQ==\"}", await Lines.ValueAsync("user", static (ref MessagePackWriter writer) => writer.Write("a"u8)));

    [Fact]
    public async Task A_str_that_is_not_text_survives() =>
        Assert.Equal("\"x\":{\"$str64\":\"/w==\"}", await Lines.ValueAsync("x", static (ref MessagePackWriter writer) => writer.WriteString([0xff])));

    [Fact]
    public async Task Contents_are_base64_and_digests_hexadecimal()
    {
        Assert.Equal("\"bytes\":\"AP8=\"", await Lines.ValueAsync("bytes", static (ref MessagePackWriter writer) => writer.Write([0, 0xff])));
        Assert.Equal("\"digest\":\"00ff\"", await Lines.ValueAsync("digest", static (ref MessagePackWriter writer) => writer.Write([0, 0xff])));
    }

    [Theory]
    [InlineData(0, 0, "1970-01-01T00:00:00.000000000Z")]
    [InlineData(-1, 999_999_999, "1969-12-31T23:59:59.999999999Z")]
    [InlineData(-62135596801, 500_000_000, "@-62135596801.500000000")]
    [InlineData(long.MaxValue, 1, "@9223372036854775807.000000001")]
    [InlineData(long.MinValue, 0, "@-9223372036854775808.000000000")]
    public async Task Times_are_strings_that_compare(long seconds, int nanoseconds, string expected)
    {
        Assert.Equal($"\"mtime\":\"{expected}\"",
            await Lines.ValueAsync("mtime", (ref MessagePackWriter writer) => RecordTime.Write(ref writer, new UnixTime(seconds, (uint)nanoseconds))));
        Assert.Equal($"\"x\":{{\"$time\":\"{expected}\"}}",
            await Lines.ValueAsync("x", (ref MessagePackWriter writer) => RecordTime.Write(ref writer, new UnixTime(seconds, (uint)nanoseconds))));
    }

    [Theory]
    [InlineData(9007199254740991, "9007199254740991")]
    [InlineData(9007199254740992, "{\"$int\":\"9007199254740992\"}")]
    [InlineData(-9007199254740991, "-9007199254740991")]
    [InlineData(long.MinValue, "{\"$int\":\"-9223372036854775808\"}")]
    public async Task An_integer_that_jq_would_round_is_a_string(long number, string expected) =>
        Assert.Equal($"\"x\":{expected}", await Lines.ValueAsync("x", (ref MessagePackWriter writer) => writer.Write(number)));

    [Fact]
    public async Task The_largest_inode_survives() =>
        Assert.Equal("\"ino\":{\"$int\":\"18446744073709551615\"}",
            await Lines.ValueAsync("ino", static (ref MessagePackWriter writer) => writer.Write(ulong.MaxValue)));

    [Fact]
    public async Task Floating_point_numbers_are_told_from_integers_and_each_other()
    {
        Assert.Equal("\"x\":{\"$float\":\"1\"}", await Lines.ValueAsync("x", static (ref MessagePackWriter writer) => writer.Write(1.0)));
        Assert.Equal("\"x\":{\"$float\":\"-0\"}", await Lines.ValueAsync("x", static (ref MessagePackWriter writer) => writer.Write(-0.0)));
        Assert.Equal("\"x\":{\"$float32\":\"0.1\"}", await Lines.ValueAsync("x", static (ref MessagePackWriter writer) => writer.Write(0.1f)));
        Assert.Equal("\"x\":{\"$float\":\"-Infinity\"}",
            await Lines.ValueAsync("x", static (ref MessagePackWriter writer) => writer.Write(double.NegativeInfinity)));
        Assert.Equal("\"x\":{\"$float\":\"0x7ff8000000000001\"}",
            await Lines.ValueAsync("x", static (ref MessagePackWriter writer) => writer.Write(BitConverter.UInt64BitsToDouble(0x7ff8000000000001))));
    }

    [Fact]
    public async Task Attributes_are_an_object()
    {
        string line = await Lines.ValueAsync("xattrs", static (ref MessagePackWriter writer) =>
        {
            writer.WriteMapHeader(3);
            writer.Write("user.a"u8);
            writer.Write("text"u8);
            writer.Write("$b"u8);
            writer.Write("\u0001"u8);
            writer.Write("user.c"u8);
            writer.Write("a str");
        });
        Assert.Equal("\"xattrs\":{\"user.a\":\"text\",\"$$b\":{\"$bin\":\"AQ==\"},\"user.c\":{\"$str\":\"a str\"}}", line);
    }

    [Fact]
    public async Task Attributes_with_a_name_that_is_not_text_are_pairs()
    {
        string line = await Lines.ValueAsync("xattrs", static (ref MessagePackWriter writer) =>
        {
            writer.WriteMapHeader(1);
            writer.Write([0xff]);
            writer.Write("text"u8);
        });
        Assert.Equal("\"xattrs\":{\"$map\":[[{\"$bin\":\"/w==\"},{\"$bin\":\"dGV4dA==\"}]]}", line);
    }

    [Fact]
    public async Task A_map_with_other_keys_or_one_twice_is_pairs()
    {
        string line = await Lines.ValueAsync("x", static (ref MessagePackWriter writer) =>
        {
            writer.WriteMapHeader(3);
            writer.Write(1);
            writer.WriteNil();
            writer.Write("a");
            writer.Write(true);
            writer.Write("a");
            writer.WriteMapHeader(0);
        });
        Assert.Equal("\"x\":{\"$map\":[[1,null],[\"a\",true],[\"a\",{}]]}", line);
    }

    [Fact]
    public async Task A_key_that_looks_like_one_of_ours_is_told_from_it()
    {
        string line = await Lines.ValueAsync("$bin", static (ref MessagePackWriter writer) =>
        {
            writer.WriteMapHeader(1);
            writer.Write("$$int");
            writer.Write("5");
        });
        Assert.Equal("\"$$bin\":{\"$$$int\":\"5\"}", line);
    }

    [Fact]
    public async Task Extensions_survive_and_so_do_timestamps_that_are_none()
    {
        Assert.Equal("\"x\":{\"$ext\":[5,\"AQI=\"]}",
            await Lines.ValueAsync("x", static (ref MessagePackWriter writer) => writer.WriteExtensionFormat(new ExtensionResult(5, new byte[] { 1, 2 }))));
        Assert.Equal("\"mtime\":{\"$ext\":[-1,\"//////////8=\"]}", await Lines.ValueAsync("mtime", static (ref MessagePackWriter writer) =>
            writer.WriteExtensionFormat(new ExtensionResult(-1, new byte[] { 255, 255, 255, 255, 255, 255, 255, 255 }))));
    }
}
