using System.Buffers;

namespace Backshift.Remote.Messages;

/// <summary>Writes maps to a stream, each in one piece, from several threads.</summary>
internal sealed class MessageWriter
{
    private readonly Stream output;
    private readonly Lock gate = new();
    private readonly ArrayBufferWriter<byte> buffer = new(64 << 10);

    /// <param name="output">The stream; not closed.</param>
    internal MessageWriter(Stream output) => this.output = output;

    /// <summary>Writes one.</summary>
    /// <param name="encode">Writes its bytes.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal void Write(Action<IBufferWriter<byte>> encode)
    {
        lock (gate)
        {
            buffer.ResetWrittenCount();
            encode(buffer);
            output.Write(buffer.WrittenSpan);
        }
    }
}
