using System.Buffers;

namespace Backshift.Remote.Messages;

/// <summary>Writes maps to a stream, each in one piece, from several threads.</summary>
internal sealed class MessageWriter
{
    private readonly Stream output;
    private readonly Lock gate = new();
    private readonly ArrayBufferWriter<byte> buffer = new(64 << 10);
    private bool hasEnded;

    /// <param name="output">The stream; not closed.</param>
    internal MessageWriter(Stream output) => this.output = output;

    /// <summary>Writes one.</summary>
    /// <param name="encode">Writes its bytes.</param>
    /// <exception cref="IOException">It cannot be written, or what is written to has been closed.</exception>
    internal void Write(Action<IBufferWriter<byte>> encode)
    {
        lock (gate)
        {
            if (hasEnded)
            {
                // By now the descriptor may be another file's.
                throw new IOException("it is closed");
            }

            buffer.ResetWrittenCount();
            encode(buffer);
            output.Write(buffer.WrittenSpan);
        }
    }

    /// <summary>Closes the stream between two of them; nothing is written afterwards.</summary>
    /// <param name="close">Closes it.</param>
    /// <param name="within">How long to wait for one that is being written.</param>
    /// <returns>False if that took longer: then it is not closed.</returns>
    internal bool TryEnd(Action close, TimeSpan within)
    {
        if (!gate.TryEnter(within))
        {
            return false;
        }

        try
        {
            hasEnded = true;
            close();
            return true;
        }
        finally
        {
            gate.Exit();
        }
    }
}
