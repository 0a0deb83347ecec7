using Backshift.Objects;

namespace Backshift.S3;

/// <summary>A range of a draft as a stream that is sent: it can be read again from its start. Reading it counts as progress of the request.</summary>
internal sealed class RangeStream : Stream
{
    private readonly IStoredObject source;
    private readonly long start;
    private readonly Action progress;

    /// <param name="source">What is read; left to the caller. Only this stream moves.</param>
    /// <param name="start">From which offset on.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="progress">Called at each read.</param>
    internal RangeStream(IStoredObject source, long start, long length, Action progress)
    {
        this.source = source;
        this.start = start;
        this.progress = progress;
        Length = length;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        progress();
        int wanted = (int)Math.Min(buffer.Length, Length - Position);
        if (wanted <= 0)
        {
            return 0;
        }

        source.ReadExactly(buffer[..wanted], start + Position);
        Position += wanted;
        return wanted;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
