using System.Buffers;
using MessagePack;

namespace Backshift.Records;

/// <summary>Gathers the keys of a record that are not known here.</summary>
internal struct UnknownKeysGathering
{
    private ArrayBufferWriter<byte>? gathered;
    private int count;

    /// <summary>Takes the key that begins at <paramref name="start"/>, and its value, at which <paramref name="reader"/> is positioned.</summary>
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

    /// <summary>The keys that were gathered; none may be added afterwards.</summary>
    internal readonly UnknownKeys ToKeys() => gathered is null ? default : new UnknownKeys(gathered.WrittenMemory, count);
}
