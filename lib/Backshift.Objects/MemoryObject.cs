using Backshift.Posix;

namespace Backshift.Objects;

/// <summary>Bytes in memory that are to be published.</summary>
public sealed class MemoryObject : IStoredObject
{
    private readonly byte[] bytes;

    /// <param name="bytes">The bytes; not changed as long as this is used.</param>
    public MemoryObject(byte[] bytes) => this.bytes = bytes;

    public BytePath Shown => BytePath.Of("an object in memory");

    public long Length => bytes.Length;

    public UnixTime Received => default;

    public int ReadAt(Span<byte> buffer, long offset)
    {
        ReadOnlySpan<byte> rest = bytes.AsSpan((int)Math.Min(offset, bytes.Length));
        rest = rest[..Math.Min(rest.Length, buffer.Length)];
        rest.CopyTo(buffer);
        return rest.Length;
    }

    public void Dispose()
    {
    }
}
