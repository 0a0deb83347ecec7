using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>A small object as a writer keeps it that cannot read it where it is stored: the object, and the SHA-256 that it has there.</summary>
/// <param name="copy">The file; closed with this one.</param>
internal sealed class CopiedSmallObject(IStoredObject copy) : IStoredObject
{
    public BytePath Shown => copy.Shown;

    public UnixTime Received => copy.Received;

    public long Length => Math.Max(0, copy.Length - Sha256.HashSizeInBytes);

    public int ReadAt(Span<byte> buffer, long offset) => copy.ReadAt(buffer[..(int)Math.Min(buffer.Length, Math.Max(0, Length - offset))], offset);

    public void Dispose() => copy.Dispose();
}
