using System.Diagnostics;

namespace Backshift.Remote;

/// <summary>A stream through which no more than so many bytes pass in a second, in each direction. One reader and one writer may use it at once.</summary>
internal sealed class LimitedStream : Stream
{
    // Small enough for a slow line to stay usable by others, large enough not to matter on a fast one: a twentieth of a second.
    private const int PiecesInSecond = 20;
    private const int LargestPiece = 256 << 10;
    private const int SmallestPiece = 512;

    private readonly Stream inner;
    private readonly long rate;
    private readonly int piece;
    private long reading;
    private long writing;

    /// <param name="inner">The stream; closed with this one.</param>
    /// <param name="rate">Bytes in a second.</param>
    internal LimitedStream(Stream inner, long rate)
    {
        this.inner = inner;
        this.rate = rate;
        piece = (int)Math.Clamp(rate / PiecesInSecond, SmallestPiece, LargestPiece);
    }

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer[..Math.Min(buffer.Length, piece)]);
        Pass(ref reading, read);
        return read;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int count = Math.Min(buffer.Length, piece);
            inner.Write(buffer[..count]);
            Pass(ref writing, count);
            buffer = buffer[count..];
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Waits until what has passed has taken as long as it should.</summary>
    /// <param name="free">When the next bytes may pass, as a time stamp.</param>
    /// <param name="count">How many have passed.</param>
    private void Pass(ref long free, int count)
    {
        long now = Stopwatch.GetTimestamp();
        free = Math.Max(free, now) + (long)((double)count * Stopwatch.Frequency / rate);
        TimeSpan wait = Stopwatch.GetElapsedTime(now, free);
        if (wait > TimeSpan.FromMilliseconds(1))
        {
            Thread.Sleep(wait);
        }
    }
}
