using System.Buffers;
using System.Text;
using System.Text.Json;
using Backshift.Posix;
using Backshift.Records;
using MessagePack;
using Xunit;

namespace Backshift.Tools.Json.Tests;

public sealed class BackTests
{
    private const string Begin = "{\"kind\":\"begin\",\"version\":1}\n";
    private const string End = "{\"kind\":\"end\"}\n";

    [Theory]
    [InlineData("{", "line 2: is not JSON, from byte 2 on")]
    [InlineData("[]", "line 2: is not an object with a \"kind\"")]
    [InlineData("{\"path\":\"a\"}", "line 2: is not an object with a \"kind\"")]
    [InlineData("{\"kind\":5}", "line 2: is not an object with a \"kind\"")]
    [InlineData("{\"kind\":\"a\",\"kind\":\"b\"}", "line 2: has two kinds")]
    [InlineData("{\"kind\":\"a\",\"$x\":1}", "line 2: \"$x\": a key that begins with $ is written with two")]
    [InlineData("{\"kind\":\"a\",\"x\":{\"$y\":1}}", "line 2: \"$y\" stands for nothing; a key that begins with $ is written with two")]
    [InlineData("{\"kind\":\"a\",\"x\":{\"$bin\":\"?\"}}", "line 2: bytes that are not base64")]
    [InlineData("{\"kind\":\"a\",\"x\":{\"$bin\":5}}", "line 2: bytes that are not base64")]
    [InlineData("{\"kind\":\"a\",\"digest\":\"0g\"}", "line 2: bytes that are not hexadecimal")]
    [InlineData("{\"kind\":\"a\",\"digest\":\"0\"}", "line 2: bytes that are not hexadecimal")]
    [InlineData("{\"kind\":\"a\",\"x\":{\"$int\":\"18446744073709551616\"}}", "line 2: \"18446744073709551616\" is not a 64-bit integer")]
    [InlineData("{\"kind\":\"a\",\"x\":18446744073709552000}", "line 2: 18446744073709552000 is not a 64-bit integer")]
    [InlineData("{\"kind\":\"a\",\"x\":1e999}", "line 2: 1e999 is too large for a number")]
    [InlineData("{\"kind\":\"a\",\"x\":\"\\ud800\"}", "line 2: a string or a key is not Unicode")]
    [InlineData("{\"kind\":\"a\",\"\\ud800\":1}", "line 2: a string or a key is not Unicode")]
    [InlineData("{\"kind\":\"a\",\"mtime\":\"yesterday\"}", "line 2: \"yesterday\" is not a time: 2026-11-23T09:04:05.123456789Z, or @ and seconds")]
    [InlineData("{\"kind\":\"a\",\"x\":{\"$ext\":[200,\"\"]}}", "line 2: \"$ext\" wants an array of a type from -128 to 127 and base64")]
    [InlineData("{\"kind\":\"a\",\"x\":{\"$map\":[1]}}", "line 2: \"$map\" wants an array of pairs")]
    [InlineData("{\"kind\":\"a\",\"x\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}", "line 2: nests deeper than 16")]
    public async Task A_line_that_is_none_of_ours_is_named(string line, string message)
    {
        BackshiftException error = await Assert.ThrowsAsync<BackshiftException>(() => Lines.BackAsync(Begin + line + "\n" + End));
        Assert.Equal((ExitCode.DataError, message), (error.Code, error.Message));
    }

    [Fact]
    public async Task The_kind_comes_first_wherever_it_stands() =>
        Assert.Equal(await Lines.BackAsync("{\"kind\":\"begin\",\"version\":1,\"host\":\"h\"}\n" + End),
            await Lines.BackAsync("{\"version\":1,\"kind\":\"begin\",\"host\":\"h\"}\n" + End));

    [Fact]
    public async Task A_whole_number_is_an_integer_however_it_is_spelt() =>
        Assert.Equal(
            await Lines.BackAsync(Begin + "{\"kind\":\"x\",\"a\":1000,\"b\":-2,\"c\":{\"$float\":\"1.5\"}}\n" + End),
            await Lines.BackAsync(Begin + "{\"kind\":\"x\",\"a\":1e3,\"b\":-2.0,\"c\":1.5}\n" + End));

    [Fact]
    public async Task Empty_lines_and_a_missing_newline_do_not_matter() =>
        Assert.Equal(await Lines.BackAsync(Begin + End), await Lines.BackAsync("\n" + Begin + "\r\n \n" + End.TrimEnd()));

    [Fact]
    public async Task Lines_without_an_end_are_a_stream_without_one()
    {
        MemoryStream stream = new();
        BackStage stage = new(new LineReader(new MemoryStream(Encoding.UTF8.GetBytes(Begin))), new RecordWriter(stream));
        await Assert.ThrowsAsync<StreamCutException>(() => stage.RunAsync(CancellationToken.None));
        Assert.NotEqual(0, stream.Length);
        await Assert.ThrowsAsync<StreamCutException>(() => Lines.BackAsync(""));
    }

    [Theory]
    [InlineData(End + Begin, "line 1: damaged stream: the first record is not a begin record")]
    [InlineData(Begin + Begin + End, "line 2: damaged stream: a second begin record")]
    [InlineData(Begin + "{\"kind\":\"hole\",\"size\":1}\n" + End, "line 2: damaged stream: content before any entry")]
    [InlineData(Begin + End + End, "line 3: damaged stream: a record follows the end record")]
    public async Task A_line_out_of_order_is_an_error(string lines, string message) =>
        Assert.Equal(message, (await Assert.ThrowsAsync<BackshiftException>(() => Lines.BackAsync(lines))).Message);

    [Theory]
    [InlineData("{\"kind\":\"entry\",\"path\":\"a/../../x\",\"type\":\"file\"}")]
    [InlineData("{\"kind\":\"entry\",\"path\":\"/a\",\"type\":\"file\"}")]
    [InlineData("{\"kind\":\"entry\",\"path\":\"a\\u0000b\",\"type\":\"file\"}")]
    [InlineData("{\"kind\":\"entry\",\"path\":\"a\"}")]
    [InlineData("{\"kind\":\"entry\",\"path\":\"a\",\"type\":\"file\",\"type\":\"dir\"}")]
    [InlineData("{\"kind\":\"entry\",\"path\":\"a\",\"type\":\"link\",\"target\":\"../x\"}")]
    [InlineData("{\"kind\":\"hole\",\"size\":0}")]
    [InlineData("{\"kind\":\"hole\"}")]
    [InlineData("{\"kind\":\"chunk\",\"size\":2,\"bytes\":\"YQ==\"}")]
    [InlineData("{\"kind\":\"chunk\",\"size\":8388609,\"digest\":\"000000000000000000000000000000000000000000000000\"}")]
    [InlineData("{\"kind\":\"chunk\",\"size\":1}")]
    [InlineData("{\"kind\":\"data\"}")]
    [InlineData("{\"kind\":\"problem\",\"text\":\"x\"}")]
    [InlineData("{\"kind\":\"later\",\"x\":1,\"x\":2}")]
    public async Task A_record_that_every_reader_refuses_is_refused_both_ways(string line)
    {
        const string entry = "{\"kind\":\"entry\",\"path\":\"f\",\"type\":\"file\",\"content\":true}\n";
        BackshiftException error = await Assert.ThrowsAsync<BackshiftException>(() => Lines.BackAsync(Begin + entry + line + "\n" + End));
        Assert.StartsWith("line 3: damaged stream: ", error.Message, StringComparison.Ordinal);
        byte[] bad = Lines.Encoded((ref MessagePackWriter writer) =>
        {
            ArrayBufferWriter<byte> bytes = new();
            using JsonDocument json = JsonDocument.Parse(line);
            RecordFromJson.Write(json.RootElement, bytes);
            writer.WriteRaw(bytes.WrittenSpan);
        });
        byte[] file = Lines.Encoded(static (ref MessagePackWriter writer) =>
            new EntryRecord { Path = BytePath.Of("f"), Type = EntryType.File, HasContent = true }.WriteTo(ref writer));
        Assert.Equal(ExitCode.DataError, (await Assert.ThrowsAsync<BackshiftException>(() => Lines.OfAsync(Lines.Stream(file, bad)))).Code);
    }

    [Theory]
    [InlineData("{\"$str64\":\"/w==\"}")]
    [InlineData("{\"$bin\":\"/w==\"}")]
    public async Task A_kind_that_is_not_text_comes_back(string kind)
    {
        string lines = "{\"kind\":\"begin\",\"version\":1}\n{\"kind\":" + kind + ",\"x\":1}\n{\"kind\":\"end\"}\n";
        Assert.Equal(lines, await Lines.OfAsync(await Lines.BackAsync(lines)));
    }

    [Fact]
    public async Task Problems_make_the_status()
    {
        string lines = Begin + "{\"kind\":\"problem\",\"stage\":\"x\",\"text\":\"y\"}\n" + End;
        byte[] stream = await Lines.BackAsync(lines, ExitCode.Incomplete);
        Assert.Equal(lines, await Lines.OfAsync(stream, ExitCode.Incomplete));
    }

    [Fact]
    public async Task A_stream_that_stops_gives_the_lines_that_were_whole()
    {
        byte[] stream = Lines.Stream();
        MemoryStream lines = new();
        LinesStage stage = new(new RecordReader(new MemoryStream(stream[..^1])), lines);
        await Assert.ThrowsAsync<StreamCutException>(() => stage.RunAsync(CancellationToken.None));
        Assert.Equal("{\"kind\":\"begin\",\"version\":1,\"host\":\"h\"}\n", Encoding.UTF8.GetString(lines.ToArray()));
    }
}
