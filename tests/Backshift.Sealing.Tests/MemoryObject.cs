using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Sealing.Tests;

/// <summary>An object in memory, also one that is being written.</summary>
internal sealed class MemoryObject(byte[] bytes) : IObjectDraft
{
    private readonly List<byte> content = [.. bytes];

    public BytePath Shown => BytePath.Of("an object");

    public long Length => content.Count;

    public UnixTime Received => default;

    internal byte[] Bytes => [.. content];

    public void Write(ReadOnlySpan<byte> bytes) => content.AddRange(bytes);

    public int ReadAt(Span<byte> buffer, long offset)
    {
        int count = (int)Math.Min(buffer.Length, Math.Max(0, content.Count - offset));
        for (int i = 0; i < count; i++)
        {
            buffer[i] = content[(int)offset + i];
        }

        return count;
    }

    public bool TryPublish(ObjectPath path) => true;

    public void Dispose()
    {
        // Nothing is open.
    }
}
