using System.Buffers;

namespace Backshift.Tooling;

/// <summary>Combines the output of a program into large writes. The caller must call <see cref="Flush"/> at the end, even after an error.</summary>
public sealed class OutputBuffer : IBufferWriter<byte>
{
    // The piece in which a pipe of 1 MiB moves fastest; see docs/design.md.
    private const int FlushAt = 128 << 10;

    private readonly Stream output;
    private byte[] buffer = new byte[FlushAt];
    private int used;

    /// <param name="output">Not closed.</param>
    public OutputBuffer(Stream output) => this.output = output;

    /// <summary>How many bytes were written, those still in the buffer among them.</summary>
    public long Written { get; private set; }

    public void Write(byte value)
    {
        GetSpan(1)[0] = value;
        Advance(1);
    }

    /// <summary>Writes bytes; they may be changed when the call returns.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        Written += bytes.Length;
        if (bytes.Length <= buffer.Length - used)
        {
            bytes.CopyTo(buffer.AsSpan(used));
            used += bytes.Length;
            return;
        }

        // Full pieces only: what is left over waits for more.
        int room = FlushAt - used;
        if (room > 0 && used > 0)
        {
            bytes[..room].CopyTo(buffer.AsSpan(used));
            used += room;
            bytes = bytes[room..];
        }

        Flush();
        int whole = bytes.Length - (bytes.Length % FlushAt);
        if (whole > 0)
        {
            output.Write(bytes[..whole]);
            bytes = bytes[whole..];
        }

        bytes.CopyTo(buffer);
        used = bytes.Length;
    }

    public void Write(ReadOnlySequence<byte> bytes)
    {
        foreach (ReadOnlyMemory<byte> piece in bytes)
        {
            Write(piece.Span);
        }
    }

    public void WriteZeros(long count)
    {
        while (count > 0)
        {
            Span<byte> span = GetSpan((int)Math.Min(count, 4096));
            int piece = (int)Math.Min(count, span.Length);
            span[..piece].Clear();
            Advance(piece);
            count -= piece;
        }
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return buffer.AsSpan(used);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return buffer.AsMemory(used);
    }

    public void Advance(int count)
    {
        used += count;
        Written += count;
    }

    /// <summary>Sends all that has gathered.</summary>
    public void Flush()
    {
        int count = used;
        used = 0;
        if (count > 0)
        {
            output.Write(buffer.AsSpan(0, count));
        }
    }

    private void Reserve(int size)
    {
        if (buffer.Length - used < Math.Max(size, 1))
        {
            Flush();
            buffer = buffer.Length < size ? new byte[size] : buffer;
        }
    }
}
