using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Repository.Indexes;

/// <summary>A run so short that all of it is kept in memory: the store is asked for it once. May be read by several threads.</summary>
/// <param name="run">The run; closed with this one.</param>
/// <param name="bytes">All of it; null if it is to be read at the first read.</param>
/// <param name="isKept">Whether they may come from a cache.</param>
internal sealed class WholeRun(IStoredObject run, byte[]? bytes, bool isKept) : IStoredObject
{
    private readonly Lock gate = new();
    private byte[]? bytes = bytes;

    public BytePath Shown => run.Shown;

    public UnixTime Received => run.Received;

    public long Length => run.Length;

    public int ReadAt(Span<byte> buffer, long offset) => isKept ? run.ReadAt(buffer, offset) : ReadKept(buffer, offset);

    public int ReadKept(Span<byte> buffer, long offset)
    {
        byte[] all = Bytes();
        ReadOnlySpan<byte> rest = all.AsSpan((int)Math.Min(offset, all.Length));
        rest = rest[..Math.Min(rest.Length, buffer.Length)];
        rest.CopyTo(buffer);
        return rest.Length;
    }

    public void Dispose() => run.Dispose();

    private byte[] Bytes()
    {
        lock (gate)
        {
            if (bytes is null)
            {
                byte[] all = new byte[run.Length];
                run.ReadKeptExactly(all, 0);
                bytes = all;
            }

            return bytes;
        }
    }
}
