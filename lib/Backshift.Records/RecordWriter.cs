using System.Buffers;
using System.IO.Pipelines;
using MessagePack;

namespace Backshift.Records;

/// <summary>Writes records, gathered into large writes. The caller calls <see cref="FlushIfFullAsync"/> between records and <see cref="FlushAsync"/> before
/// waiting.</summary>
public sealed class RecordWriter
{
    // A pipe holds 1 MiB, and this is the piece in which it moves fastest; see docs/design.md.
    private const int FlushAt = 128 << 10;

    private readonly PipeWriter pipe;

    /// <param name="output">Not closed.</param>
    public RecordWriter(Stream output) => pipe = PipeWriter.Create(output, new StreamPipeWriterOptions(minimumBufferSize: 256 << 10, leaveOpen: true));

    public void Write(BeginRecord begin)
    {
        MessagePackWriter writer = new(pipe);
        begin.WriteTo(ref writer);
        writer.Flush();
    }

    public void Write(EntryRecord entry)
    {
        MessagePackWriter writer = new(pipe);
        entry.WriteTo(ref writer);
        writer.Flush();
    }

    /// <summary>Writes an entry as it came, but without its source, and with content, which it must not have yet.</summary>
    public void WriteWithContent(ReadOnlySpan<byte> encoded, in EntryGlance glance)
    {
        MessagePackWriter writer = new(pipe);
        glance.WriteWithContent(ref writer, encoded);
        writer.Flush();
    }

    /// <summary>Writes an entry as it came, with the chunks of an earlier version, which it must not have yet.</summary>
    public void WriteWithEarlier(ReadOnlySpan<byte> encoded, in EntryGlance glance, IReadOnlyList<EarlierChunk> chunks)
    {
        MessagePackWriter writer = new(pipe);
        glance.WriteWithEarlier(ref writer, encoded, chunks);
        writer.Flush();
    }

    /// <summary>Writes a chunk record; a reference if <paramref name="bytes"/> is empty. The bytes are copied.</summary>
    public void WriteChunk(Digest? digest, int size, ReadOnlySpan<byte> bytes)
    {
        MessagePackWriter writer = new(pipe);
        ChunkRecord.Write(ref writer, digest, size, bytes);
        writer.Flush();
    }

    /// <summary>Writes a data record. The bytes are copied.</summary>
    public void WriteData(ReadOnlySpan<byte> bytes)
    {
        MessagePackWriter writer = new(pipe);
        DataRecord.Write(ref writer, bytes);
        writer.Flush();
    }

    public void Write(in ListRecord list)
    {
        MessagePackWriter writer = new(pipe);
        list.WriteTo(ref writer);
        writer.Flush();
    }

    public void WriteHole(long size)
    {
        MessagePackWriter writer = new(pipe);
        HoleRecord.Write(ref writer, size);
        writer.Flush();
    }

    public void Write(ProblemRecord problem)
    {
        MessagePackWriter writer = new(pipe);
        problem.WriteTo(ref writer);
        writer.Flush();
    }

    public void Write(EndRecord end)
    {
        MessagePackWriter writer = new(pipe);
        end.WriteTo(ref writer);
        writer.Flush();
    }

    /// <summary>Passes a record on as it came.</summary>
    public void WriteEncoded(ReadOnlySequence<byte> encoded)
    {
        foreach (ReadOnlyMemory<byte> piece in encoded)
        {
            pipe.Write(piece.Span);
        }
    }

    /// <summary>Writes the buffered records out if they are worth a system call.</summary>
    public ValueTask FlushIfFullAsync(CancellationToken cancel = default) => pipe.UnflushedBytes >= FlushAt ? FlushAsync(cancel) : ValueTask.CompletedTask;

    /// <summary>Writes all buffered records out.</summary>
    public async ValueTask FlushAsync(CancellationToken cancel = default) => await pipe.FlushAsync(cancel);
}
