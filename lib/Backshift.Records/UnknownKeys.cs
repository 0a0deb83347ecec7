using System.Buffers;
using MessagePack;

namespace Backshift.Records;

/// <summary>The keys of a record that are not known here, with their values, as they came: they are carried along, never dropped.</summary>
public readonly struct UnknownKeys
{
    private readonly byte[]? encoded;

    private UnknownKeys(byte[] encoded, int count)
    {
        this.encoded = encoded;
        Count = count;
    }

    public int Count { get; }

    /// <summary>These keys, and the one whose value <paramref name="reader"/> stands at.</summary>
    internal UnknownKeys With(scoped ReadOnlySpan<byte> key, ref MessagePackReader reader)
    {
        SequencePosition start = reader.Position;
        reader.Skip();
        ReadOnlySequence<byte> value = reader.Sequence.Slice(start, reader.Position);
        ArrayBufferWriter<byte> all = new((encoded?.Length ?? 0) + key.Length + 5 + (int)value.Length);
        all.Write(encoded);
        MessagePackWriter writer = new(all);
        writer.WriteString(key.ToArray());
        writer.WriteRaw(value);
        writer.Flush();
        return new UnknownKeys(all.WrittenSpan.ToArray(), Count + 1);
    }

    internal void WriteTo(ref MessagePackWriter writer)
    {
        if (encoded is not null)
        {
            writer.WriteRaw(encoded);
        }
    }
}
