using Backshift.Posix;

namespace Backshift.Tools.Chunk;

/// <summary>Bytes that are only appended: gathered in memory, and in scratch space once they are many.</summary>
internal sealed class ScratchFile : IDisposable
{
    private const int Gathered = 256 << 10;

    private readonly byte[] buffer = new byte[Gathered];
    private ScratchSpace? file;
    private int filled;
    private long written;

    internal long Length => written + filled;

    /// <summary>Appends; <paramref name="bytes"/> are at most <see cref="Gathered"/> long.</summary>
    /// <returns>Where they are.</returns>
    /// <exception cref="UnixException">The file cannot be created or written.</exception>
    internal long Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Gathered - filled)
        {
            file ??= ScratchSpace.Create();
            file.Write(buffer.AsSpan(0, filled));
            written += filled;
            filled = 0;
        }

        long at = Length;
        bytes.CopyTo(buffer.AsSpan(filled));
        filled += bytes.Length;
        return at;
    }

    /// <summary>Reads what is there at <paramref name="offset"/>; the count.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    internal int ReadAt(Span<byte> target, long offset)
    {
        int count = 0;
        if (offset < written)
        {
            count = file!.ReadAt(target[..(int)Math.Min(target.Length, written - offset)], offset);
        }

        int rest = (int)Math.Min(target.Length - count, Length - offset - count);
        if (rest == 0)
        {
            return count;
        }

        buffer.AsSpan((int)(offset + count - written), rest).CopyTo(target[count..]);
        return count + rest;
    }

    /// <summary>Forgets everything, if nothing has left memory.</summary>
    internal void Clear() => filled = written == 0 ? 0 : filled;

    public void Dispose() => file?.Dispose();
}
