using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Wrap.Tests;

public sealed class WrapTests
{
    [Fact]
    public async Task What_comes_is_the_content_of_one_file()
    {
        byte[] content = new byte[1_000_000];
        new Random(1).NextBytes(content);
        MemoryStream stream = new();
        Assert.Equal(ExitCode.Done, await Stage(stream).RunAsync(new MemoryStream(content), CancellationToken.None));
        stream.Position = 0;
        RecordReader reader = new(stream);
        Assert.True(await reader.ReadAsync());
        Assert.True(await reader.ReadAsync());
        EntryRecord entry = EntryRecord.ReadFrom(reader.Encoded);
        Assert.True(entry.HasContent);
        Assert.Null(entry.Size);
        MemoryStream data = new();
        while (await reader.ReadAsync() && reader.Kind == RecordKind.Data)
        {
            byte[] piece = DataRecord.ReadFrom(reader.Encoded).ToArray();
            Assert.InRange(piece.Length, 1, 256 << 10);
            data.Write(piece);
        }

        Assert.Equal(content, data.ToArray());
        Assert.Equal(new EndRecord("bs-wrap", 1, content.Length, 0), EndRecord.ReadFrom(reader.Encoded));
    }

    [Fact]
    public async Task A_producer_that_failed_gives_a_stream_without_an_end()
    {
        MemoryStream stream = new();
        BackshiftException failure = new(ExitCode.InputOutput, "failed");
        Assert.Same(failure,
            await Assert.ThrowsAsync<BackshiftException>(() => Stage(stream).RunAsync(new MemoryStream([1]), CancellationToken.None, _ => throw failure)));
        stream.Position = 0;
        RecordReader reader = new(stream);
        await Assert.ThrowsAsync<StreamCutException>(async () =>
        {
            while (await reader.ReadAsync())
            {
            }
        });
    }

    [Fact]
    public async Task A_command_is_run_with_its_arguments_as_they_are()
    {
        using Producer producer = Producer.Start(["printf", "%s|", "a b", "*", "", "ö"]);
        using StreamReader output = new(producer.Output);
        Assert.Equal("a b|*||ö|", await output.ReadToEndAsync());
        await producer.FinishAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData("exit 3", 3)]
    [InlineData("kill -9 $$", 137)]
    public async Task The_status_of_a_command_that_failed_is_named(string script, int status)
    {
        using Producer producer = Producer.Start(["sh", "-c", script]);
        await producer.Output.CopyToAsync(Stream.Null);
        BackshiftException error = await Assert.ThrowsAsync<BackshiftException>(() => producer.FinishAsync(CancellationToken.None));
        Assert.Equal((ExitCode.InputOutput, $"sh: ended with status {status}, so its output may be incomplete"), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("no-such-command", ExitCode.NoInput)]
    [InlineData("/no/such/command", ExitCode.NoInput)]
    [InlineData("/etc/passwd", ExitCode.NotPermitted)]
    public void A_command_that_cannot_be_run_is_said(string command, ExitCode code) =>
        Assert.Equal(code, Assert.Throws<BackshiftException>(() => Producer.Start([command])).Code);

    private static WrapStage Stage(Stream output) =>
        new(new BeginRecord { Stages = ["bs-wrap"] }, new EntryRecord { Path = BytePath.Of("x"), Type = EntryType.File, HasContent = true }, output);
}
