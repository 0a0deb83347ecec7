namespace Backshift.Posix;

/// <summary>
/// A stream over read(2) and write(2) on a descriptor that this process was given. Console streams hide a closed pipe, and a FileStream moves
/// an offset of its own, so that `(a; b) &gt; file` loses data. Asynchronous calls complete before they return: a pipe through them costs no thread switch.
/// </summary>
public sealed unsafe class DescriptorStream : Stream
{
    private readonly int fd;
    private readonly string name;
    private readonly WakeEvent? wake;

    /// <param name="fd">The descriptor; it is not closed with the stream.</param>
    /// <param name="name">Its name in messages: "standard input".</param>
    /// <param name="wake">Ends a waiting read with <see cref="OperationCanceledException"/> when set.</param>
    public DescriptorStream(int fd, string name, WakeEvent? wake = null)
    {
        this.fd = fd;
        this.name = name;
        this.wake = wake;
        Descriptors.EnlargePipe(fd);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException("a descriptor has no length");

    public override long Position
    {
        get => throw new NotSupportedException("a descriptor has no position");
        set => throw new NotSupportedException("a descriptor has no position");
    }

    /// <exception cref="UnixException">The system refused.</exception>
    /// <exception cref="OperationCanceledException">The wake event was set.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (wake is not null && wake.WaitFor(fd))
        {
            throw new OperationCanceledException();
        }

        fixed (byte* start = buffer)
        {
            nint count;
            do
            {
                count = Libc.Read(fd, start, (nuint)buffer.Length);
            }
            while (count < 0 && Errno.Last == Errno.EINTR);
            if (count < 0)
            {
                Errno.Throw("read", name);
            }

            return (int)count;
        }
    }

    /// <exception cref="UnixException">The system refused; <see cref="Errno.EPIPE"/> where the reader went away.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        int errno = Descriptors.WriteAll(fd, buffer);
        if (errno != 0)
        {
            throw new UnixException(errno, "write", name);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<int>(Read(buffer.Span));
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("a descriptor cannot seek");

    public override void SetLength(long value) => throw new NotSupportedException("a descriptor has no length");
}
