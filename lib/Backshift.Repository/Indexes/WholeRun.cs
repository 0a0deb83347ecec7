using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Repository.Indexes;

/// <summary>A run that is so short that all of it came with the first request: nothing more is asked of the store.</summary>
/// <param name="run">The run; closed with this one.</param>
/// <param name="bytes">All of it.</param>
internal sealed class WholeRun(IStoredObject run, byte[] bytes) : IStoredObject
{
    public BytePath Shown => run.Shown;

    public UnixTime Received => run.Received;

    public long Length => bytes.Length;

    public int ReadAt(Span<byte> buffer, long offset)
    {
        ReadOnlySpan<byte> rest = bytes.AsSpan((int)Math.Min(offset, bytes.Length));
        rest = rest[..Math.Min(rest.Length, buffer.Length)];
        rest.CopyTo(buffer);
        return rest.Length;
    }

    public void Dispose() => run.Dispose();
}
