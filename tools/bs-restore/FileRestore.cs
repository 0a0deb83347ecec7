using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Restore;

/// <summary>
/// The content of a file on its way to the disk, piece by piece. Where there is an old file to compare with, nothing is written up to the first piece that
/// differs; from there on a copy is made, which shares with the old file what it can.
/// </summary>
internal sealed class FileRestore : IDisposable
{
    private const int Piece = 256 << 10;

    private readonly Func<PendingFile>? create;
    private readonly UnixFile? old;
    private readonly long oldSize;
    private byte[] buffer = [];
    private bool isClone;

    // Where the last byte was written to the new file.
    private long written;

    /// <param name="create">Creates the new file; null to see only whether the old one differs.</param>
    /// <param name="old">The old file, closed with this object; null to write everything.</param>
    internal FileRestore(Func<PendingFile>? create, UnixFile? old)
    {
        this.create = create;
        this.old = old;
        oldSize = old is null ? 0 : FileStatus.Of(old).Size;
        if (old is null)
        {
            Begin();
        }
    }

    /// <summary>The new file; null as long as the old one is equal.</summary>
    internal PendingFile? New { get; private set; }

    /// <summary>Whether the old file is not equal, or not there.</summary>
    internal bool Differs { get; private set; }

    /// <summary>The old file, if it is there and was compared.</summary>
    internal UnixFile? Old => old;

    /// <summary>How much the old file did not have.</summary>
    internal long Fetched { get; private set; }

    /// <summary>How much of the content has come.</summary>
    internal long Length { get; private set; }

    /// <summary>Takes a chunk that the repository has, and reads it only if the old file does not have it in its place.</summary>
    /// <exception cref="UnixException">It cannot be written.</exception>
    internal void AddChunk(Digest digest, long size, ChunkNaming naming, Func<ReadOnlyMemory<byte>> read)
    {
        ReadOnlySpan<byte> there = ReadOld(size);
        if (Differs && create is null)
        {
            Length += size;
        }
        else if (there.Length == size && naming.Of(there) == digest)
        {
            Keep(there);
        }
        else
        {
            Fetched += size;
            Write(read().Span);
        }
    }

    /// <summary>Takes bytes.</summary>
    /// <exception cref="UnixException">They cannot be written.</exception>
    internal void AddBytes(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> piece = bytes[..Math.Min(bytes.Length, Piece)];
            ReadOnlySpan<byte> there = ReadOld(piece.Length);
            if (there.SequenceEqual(piece))
            {
                Keep(there);
            }
            else
            {
                Fetched += piece.Length;
                Write(piece);
            }

            bytes = bytes[piece.Length..];
        }
    }

    /// <summary>Takes a hole.</summary>
    /// <exception cref="UnixException">It cannot be made.</exception>
    internal void AddHole(long size)
    {
        long end = Length + size;
        if (old is not null && (!Differs || isClone) && !IsOldZero(Length, end))
        {
            Begin();
            if (isClone && Length < oldSize && !New!.File.TryPunchHole(Length, Math.Min(end, oldSize) - Length))
            {
                WriteZeros(Length, Math.Min(end, oldSize));
            }
        }

        Length = end;
    }

    /// <summary>The content is complete.</summary>
    /// <param name="rewrite">Whether a new file is wanted even if the old one is equal.</param>
    /// <exception cref="UnixException">It cannot be written.</exception>
    internal void Finish(bool rewrite)
    {
        if (rewrite || (old is not null && oldSize != Length))
        {
            Begin();
        }

        // A hole at the end, or more than there is to be of a clone.
        if (New is not null && (isClone || written < Length))
        {
            New.File.SetLength(Length);
        }
    }

    public void Dispose()
    {
        old?.Dispose();
        New?.Dispose();
    }

    /// <summary>The bytes of the old file in the place where new ones would go; fewer, or none, if it does not have as many.</summary>
    private ReadOnlySpan<byte> ReadOld(long size)
    {
        if (old is null || (Differs && create is null) || size > oldSize - Length)
        {
            return default;
        }

        if (buffer.Length < size)
        {
            buffer = new byte[Math.Max(size, Piece)];
        }

        try
        {
            return buffer.AsSpan(0, old.ReadAt(buffer.AsSpan(0, (int)size), Length));
        }
        catch (UnixException)
        {
            // What cannot be read is not equal, and is replaced.
            return default;
        }
    }

    private void Keep(ReadOnlySpan<byte> there)
    {
        if (New is not null && !isClone)
        {
            WriteAt(there, Length);
        }

        Length += there.Length;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        Begin();
        WriteAt(bytes, Length);
        Length += bytes.Length;
    }

    private void WriteAt(ReadOnlySpan<byte> bytes, long offset)
    {
        New?.File.WriteAt(bytes, offset);
        written = offset + bytes.Length;
    }

    /// <summary>Begins the new file with what was equal so far.</summary>
    private void Begin()
    {
        if (Differs)
        {
            return;
        }

        Differs = true;
        New = create?.Invoke();
        if (New is null)
        {
            return;
        }

        isClone = old is not null && New.File.TryClone(old);
        if (isClone || Length == 0)
        {
            return;
        }

        byte[] copy = new byte[Piece];
        for (long at = 0; at < Length;)
        {
            // Holes stay holes.
            long data = old!.FindData(at, Length);
            int count = old.ReadAt(copy.AsSpan(0, (int)Math.Min(Piece, Length - data)), data);
            if (data < Length && count == 0)
            {
                throw new UnixException(Errno.ESTALE, "pread", old.Path.ToString());
            }

            WriteAt(copy.AsSpan(0, count), data);
            at = data + count;
        }
    }

    private bool IsOldZero(long start, long end)
    {
        byte[] read = new byte[Piece];
        for (long at = start; at < Math.Min(end, oldSize);)
        {
            at = old!.FindData(at, Math.Min(end, oldSize));
            Span<byte> piece = read.AsSpan(0, (int)Math.Min(Piece, Math.Min(end, oldSize) - at));
            int count = old.ReadAt(piece, at);
            if (piece[..count].ContainsAnyExcept((byte)0) || (count == 0 && !piece.IsEmpty))
            {
                return false;
            }

            at += count;
        }

        return true;
    }

    private void WriteZeros(long start, long end)
    {
        byte[] zeros = new byte[Piece];
        for (long at = start; at < end; at += Piece)
        {
            New!.File.WriteAt(zeros.AsSpan(0, (int)Math.Min(Piece, end - at)), at);
        }
    }
}
