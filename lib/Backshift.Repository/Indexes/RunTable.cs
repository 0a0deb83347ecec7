using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Repository.Indexes;

/// <summary>A table in the head of a run, its filter or its names: in memory, or left in the file where that would be too much.</summary>
internal sealed class RunTable
{
    private readonly IStoredObject run;
    private readonly long offset;
    private readonly byte[]? memory;

    private RunTable(IStoredObject run, long offset, long length, byte[]? memory)
    {
        this.run = run;
        this.offset = offset;
        this.memory = memory;
        Length = length;
    }

    /// <summary>Length in bytes.</summary>
    internal long Length { get; }

    /// <summary>Bytes that it takes in memory.</summary>
    internal long Footprint => memory?.Length ?? 0;

    /// <summary>Reads a table once, for its checksum.</summary>
    /// <param name="run">The run; must stay open.</param>
    /// <param name="head">Its first bytes, as many as were read already.</param>
    /// <param name="offset">Where the table starts.</param>
    /// <param name="length">Its length.</param>
    /// <param name="room">How much of memory it may take.</param>
    /// <param name="hash">Takes its bytes.</param>
    /// <returns>Null if the file is cut short.</returns>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    internal static RunTable? TryRead(IStoredObject run, ReadOnlySpan<byte> head, long offset, long length, long room, Sha256 hash)
    {
        const int Piece = 64 << 10;
        byte[]? memory = length <= room ? GC.AllocateUninitializedArray<byte>((int)length) : null;
        byte[]? buffer = memory is null ? new byte[Piece] : null;
        for (long at = 0; at < length; at += Piece)
        {
            int count = (int)Math.Min(Piece, length - at);
            Span<byte> piece = memory is null ? buffer.AsSpan(0, count) : memory.AsSpan((int)at, count);
            if (offset + at + count <= head.Length)
            {
                head.Slice((int)(offset + at), count).CopyTo(piece);
            }
            else if (run.ReadKept(piece, offset + at) != count)
            {
                return null;
            }

            hash.AppendData(piece);
        }

        return new RunTable(run, offset, length, memory);
    }

    /// <summary>Some bytes of it.</summary>
    /// <param name="position">Where they are in the table.</param>
    /// <param name="scratch">Room for them, as long as they are.</param>
    /// <returns>Valid for as long as <paramref name="scratch"/> is not written to.</returns>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    internal ReadOnlySpan<byte> At(long position, Span<byte> scratch)
    {
        if (memory is not null)
        {
            return memory.AsSpan((int)position, scratch.Length);
        }

        run.ReadKeptExactly(scratch, offset + position);
        return scratch;
    }
}
