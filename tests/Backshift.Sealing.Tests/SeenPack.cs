using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing.Tests;

/// <summary>A pack that notes how it is read.</summary>
internal sealed class SeenPack(byte[] bytes, string name = "a pack") : IStoredObject
{
    internal List<(long Offset, int Length)> Requests { get; } = [];

    internal long Broken { get; init; } = -1;

    public BytePath Shown { get; } = BytePath.Of(name);

    public long Length => bytes.Length;

    public UnixTime Received => default;

    public int ReadAt(Span<byte> buffer, long offset)
    {
        lock (Requests)
        {
            Requests.Add((offset, buffer.Length));
        }

        if (Broken >= offset && Broken < offset + buffer.Length)
        {
            throw new StoreException(StoreTrouble.Broken, ExitCode.InputOutput, "a bad sector", "a bad sector");
        }

        int count = (int)Math.Min(buffer.Length, Math.Max(0, bytes.Length - offset));
        bytes.AsSpan((int)offset, count).CopyTo(buffer);
        return count;
    }

    public void Dispose()
    {
        // Bytes in memory.
    }
}
