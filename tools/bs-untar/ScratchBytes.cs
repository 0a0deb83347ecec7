using Backshift.Posix;

namespace Backshift.Tools.Untar;

/// <summary>Bytes by offset: in memory up to a limit, then in a file without a name. What was never written is zeros.</summary>
internal sealed class ScratchBytes : IDisposable
{
    private readonly Func<ScratchSpace> createScratch;
    private readonly int limit;
    private byte[] memory = [];
    private ScratchSpace? file;

    /// <param name="createScratch">Makes the file.</param>
    /// <param name="limit">How many bytes stay in memory.</param>
    internal ScratchBytes(Func<ScratchSpace> createScratch, int limit)
    {
        this.createScratch = createScratch;
        this.limit = limit;
    }

    /// <exception cref="UnixException">The system refused.</exception>
    internal void Read(Span<byte> into, long offset)
    {
        int count;
        if (file is not null)
        {
            count = file.ReadAt(into, offset);
        }
        else
        {
            count = (int)Math.Clamp(memory.Length - offset, 0, into.Length);
            memory.AsSpan((int)Math.Min(offset, memory.Length), count).CopyTo(into);
        }

        into[count..].Clear();
    }

    /// <exception cref="UnixException">There is no space.</exception>
    internal void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        if (file is null && offset + bytes.Length <= limit)
        {
            if (offset + bytes.Length > memory.Length)
            {
                Array.Resize(ref memory, (int)Math.Min(limit, Math.Max(2 * (offset + bytes.Length), 4096)));
            }

            bytes.CopyTo(memory.AsSpan((int)offset));
            return;
        }

        if (file is null)
        {
            file = createScratch();
            file.Write(memory);
            memory = [];
        }

        file.Seek(offset);
        file.Write(bytes);
    }

    public void Dispose() => file?.Dispose();
}
