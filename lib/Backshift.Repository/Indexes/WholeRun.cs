using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Repository.Indexes;

/// <summary>A run so short that the first request read all of it: the store is not asked again.</summary>
/// <param name="run">The run; closed with this one.</param>
/// <param name="bytes">All of it.</param>
/// <param name="isKept">Whether they may have come from a cache.</param>
internal sealed class WholeRun(IStoredObject run, byte[] bytes, bool isKept) : IStoredObject
{
    public BytePath Shown => run.Shown;

    public UnixTime Received => run.Received;

    public long Length => bytes.Length;

    public int ReadAt(Span<byte> buffer, long offset) => isKept ? run.ReadAt(buffer, offset) : ReadKept(buffer, offset);

    public int ReadKept(Span<byte> buffer, long offset)
    {
        ReadOnlySpan<byte> rest = bytes.AsSpan((int)Math.Min(offset, bytes.Length));
        rest = rest[..Math.Min(rest.Length, buffer.Length)];
        rest.CopyTo(buffer);
        return rest.Length;
    }

    public void Dispose() => run.Dispose();
}
