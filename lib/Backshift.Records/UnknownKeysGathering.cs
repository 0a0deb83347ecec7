using System.Buffers;
using MessagePack;

namespace Backshift.Records;

/// <summary>Gathers the keys of a record that nobody knows.</summary>
internal struct UnknownKeysGathering
{
    private ArrayBufferWriter<byte>? gathered;
    private int count;

    /// <summary>Takes the key that begins at <paramref name="start"/>, and its value, which <paramref name="reader"/> stands at.</summary>
    internal void Add(SequencePosition start, scoped ref MessagePackReader reader)
    {
        reader.Skip();
        gathered ??= new ArrayBufferWriter<byte>();
        foreach (ReadOnlyMemory<byte> piece in reader.Sequence.Slice(start, reader.Position))
        {
            gathered.Write(piece.Span);
        }

        count++;
    }

    /// <summary>What was gathered; nothing may be added after.</summary>
    internal readonly UnknownKeys ToKeys() => gathered is null ? default : new UnknownKeys(gathered.WrittenMemory, count);
}
