using Backshift.Remote.Client;

namespace Backshift.Remote.Tests;

/// <summary>A link that counts how often the line turns: how many times something is sent after something was received.</summary>
internal sealed class CountedLink : IServerLink
{
    private readonly IServerLink link;
    private int turns;
    private int hasReceived = 1;
    private long sent;
    private long received;

    internal CountedLink(IServerLink link)
    {
        this.link = link;
        ToServer = new Side(link.ToServer, this);
        FromServer = new Side(link.FromServer, this);
    }

    /// <summary>How often it turned. Answers that come while requests are being sent count too, so this is a bound from above.</summary>
    internal int Turns => Volatile.Read(ref turns);

    /// <summary>How many bytes were sent.</summary>
    internal long Sent => Interlocked.Read(ref sent);

    /// <summary>How many bytes were received.</summary>
    internal long Received => Interlocked.Read(ref received);

    public Stream ToServer { get; }

    public Stream FromServer { get; }

    public void CloseInput() => link.CloseInput();

    public void SurviveExecute() => link.SurviveExecute();

    public void Kill() => link.Kill();

    public string DescribeEnd() => link.DescribeEnd();

    public void Dispose() => link.Dispose();

    private void Sending(int count)
    {
        Interlocked.Add(ref sent, count);
        if (Interlocked.Exchange(ref hasReceived, 0) != 0)
        {
            Interlocked.Increment(ref turns);
        }
    }

    private void Receiving(int count)
    {
        Interlocked.Add(ref received, count);
        Volatile.Write(ref hasReceived, 1);
    }

    private sealed class Side(Stream inner, CountedLink counted) : Stream
    {
        public override bool CanRead => inner.CanRead;

        public override bool CanSeek => false;

        public override bool CanWrite => inner.CanWrite;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int read = inner.Read(buffer);
            counted.Receiving(read);
            return read;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            counted.Sending(buffer.Length);
            inner.Write(buffer);
        }
    }
}
