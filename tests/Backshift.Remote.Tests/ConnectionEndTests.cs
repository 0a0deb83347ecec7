using System.IO.Pipes;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Client;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Tests;

/// <summary>A connection that ends while another thread writes to it.</summary>
public sealed class ConnectionEndTests
{
    private static readonly Request Long = new() { Verb = Verb.Write, Draft = 1, Data = new byte[MessageLimits.Data] };

    [Fact]
    public async Task A_connection_to_a_server_that_does_not_read_can_be_closed()
    {
        DeafLink link = new();
        Connection connection = new(link, BytePath.Of("there"), new Greeting(StoreWish.Open));
        Task<Exception?> writing = StartWriting(connection);
        link.AwaitFullPipe();
        connection.Dispose();
        Assert.True(link.IsKilled);
        Assert.IsType<StoreGoneException>(await writing);
        Assert.Throws<StoreGoneException>(() => connection.Ask(new Request { Verb = Verb.Time }));
    }

    [Fact]
    public async Task An_answer_that_makes_no_sense_ends_a_server_that_does_not_read()
    {
        DeafLink link = new();
        using Connection connection = new(link, BytePath.Of("there"), new Greeting(StoreWish.Open));
        Task<Exception?> writing = StartWriting(connection);
        link.AwaitFullPipe();
        link.Answer([0xc1]);
        Assert.StartsWith("there: the server sends what is no answer: ", Assert.IsType<StoreGoneException>(await writing).Message);
        Assert.True(link.IsKilled);
    }

    [Fact]
    public void Nothing_is_written_once_it_is_closed()
    {
        DeafLink link = new();
        MessageWriter writer = new(link.ToServer);
        Assert.True(writer.TryEnd(link.CloseInput, TimeSpan.Zero));
        Assert.Equal("it is closed", Assert.Throws<IOException>(() => writer.Write(Long.WriteTo)).Message);
        link.Dispose();
    }

    private static Task<Exception?> StartWriting(Connection connection) => Task.Run(() => Record.Exception(() => SendUntilItEnds(connection)));

    private static void SendUntilItEnds(Connection connection)
    {
        while (true)
        {
            connection.Send(Long).Dispose();
        }
    }

    /// <summary>A server that says hello, and never reads.</summary>
    private sealed class DeafLink : IServerLink
    {
        private readonly AnonymousPipeServerStream requests = new(PipeDirection.Out);
        private readonly AnonymousPipeServerStream answers = new(PipeDirection.In);
        private readonly AnonymousPipeClientStream input;
        private readonly AnonymousPipeClientStream output;
        private readonly Counted counted;

        internal DeafLink()
        {
            input = new AnonymousPipeClientStream(PipeDirection.In, requests.ClientSafePipeHandle);
            output = new AnonymousPipeClientStream(PipeDirection.Out, answers.ClientSafePipeHandle);
            counted = new Counted(requests);
            new MessageWriter(output).Write(new ServerHello { Location = BytePath.Of("/there"), Window = 64 }.WriteTo);
        }

        internal bool IsKilled { get; private set; }

        public Stream ToServer => counted;

        public Stream FromServer => answers;

        /// <summary>Waits until a thread has begun to write more than a pipe takes.</summary>
        internal void AwaitFullPipe() => Assert.True(counted.HasBegun.Wait(TimeSpan.FromMinutes(1)));

        internal void Answer(byte[] bytes) => output.Write(bytes);

        public void CloseInput() => requests.Dispose();

        public void SurviveExecute()
        {
        }

        public void Kill()
        {
            IsKilled = true;
            input.Dispose();
            output.Dispose();
        }

        public string DescribeEnd() => "";

        public void Dispose()
        {
            requests.Dispose();
            answers.Dispose();
            input.Dispose();
            output.Dispose();
        }
    }

    private sealed class Counted(Stream inner) : Stream
    {
        internal ManualResetEventSlim HasBegun { get; } = new();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (buffer.Length >= MessageLimits.Data)
            {
                HasBegun.Set();
            }

            inner.Write(buffer);
        }
    }
}
