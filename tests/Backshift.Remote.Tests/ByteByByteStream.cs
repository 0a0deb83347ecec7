namespace Backshift.Remote.Tests;

/// <summary>Gives one byte at a time.</summary>
internal sealed class ByteByByteStream(byte[] content) : MemoryStream(content)
{
    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1)]);
}
