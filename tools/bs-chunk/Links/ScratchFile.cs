using Backshift.Posix;

namespace Backshift.Tools.Chunk;

/// <summary>An unnamed file in TMPDIR (else /var/tmp) that is only appended to, and goes with the process. It is created by the first write.</summary>
internal sealed class ScratchFile : IDisposable
{
    private const int Gathered = 256 << 10;

    private readonly byte[] buffer = new byte[Gathered];
    private readonly string purpose;
    private UnixFile? file;
    private int filled;
    private long written;

    /// <param name="purpose">Part of the name that it has for a moment.</param>
    internal ScratchFile(string purpose) => this.purpose = purpose;

    internal long Length => written + filled;

    /// <summary>Appends; <paramref name="bytes"/> are at most <see cref="Gathered"/> long.</summary>
    /// <returns>Where they are.</returns>
    /// <exception cref="UnixException">The file cannot be created or written.</exception>
    internal long Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Gathered - filled)
        {
            file ??= UnixFile.CreateUnnamed(Directory().Join($".bs-chunk-{purpose}-{Environment.ProcessId}-{Environment.TickCount64:x}"));
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

    private static BytePath Directory() => Machine.Variable("TMPDIR") is { Length: > 0 } set ? new BytePath(set) : BytePath.Of("/var/tmp");
}
