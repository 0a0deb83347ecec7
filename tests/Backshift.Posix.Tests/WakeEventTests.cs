using System.IO.Pipes;
using Xunit;

namespace Backshift.Posix.Tests;

public sealed class WakeEventTests : IDisposable
{
    private readonly AnonymousPipeServerStream writer = new(PipeDirection.Out);
    private readonly WakeEvent wake = new();
    private readonly DescriptorStream reader;

    public WakeEventTests() => reader = new DescriptorStream((int)writer.ClientSafePipeHandle.DangerousGetHandle(), "pipe", wake);

    [Fact]
    public void A_reader_that_waits_does_what_it_is_interrupted_for_and_waits_on()
    {
        int interludes = 0;
        wake.Interlude = () =>
        {
            interludes++;
            writer.WriteByte(7);
        };
        wake.Interrupt();
        wake.Interrupt();
        Assert.Equal(7, reader.ReadByte());
        Assert.Equal(1, interludes);
    }

    [Fact]
    public void An_interlude_comes_before_data_that_are_there()
    {
        List<string> order = [];
        wake.Interlude = () => order.Add("interlude");
        writer.WriteByte(7);
        wake.Interrupt();
        order.Add($"read {reader.ReadByte()}");
        Assert.Equal(["interlude", "read 7"], order);
    }

    [Fact]
    public void An_interruption_without_an_interlude_is_passed_over()
    {
        wake.Interrupt();
        writer.WriteByte(7);
        Assert.Equal(7, reader.ReadByte());
    }

    [Fact]
    public void A_set_event_ends_every_read_also_after_an_interruption()
    {
        wake.Interrupt();
        wake.Set();
        writer.WriteByte(7);
        Assert.Throws<OperationCanceledException>(() => reader.ReadByte());
        Assert.Throws<OperationCanceledException>(() => reader.ReadByte());
    }

    [Fact]
    public void What_goes_wrong_in_an_interlude_comes_out_of_the_read()
    {
        wake.Interlude = static () => throw new UnixException(Errno.ENOSPC, "write", "repository");
        wake.Interrupt();
        Assert.Throws<UnixException>(() => reader.ReadByte());
    }

    public void Dispose()
    {
        writer.Dispose();
        wake.Dispose();
    }
}
