using System.Buffers;
using MessagePack;

namespace Backshift.Records;

/// <summary>The keys of a record that are not known here, with their values, byte for byte as they came: they are carried along, never dropped.</summary>
public readonly struct UnknownKeys
{
    private readonly ReadOnlyMemory<byte> encoded;

    internal UnknownKeys(ReadOnlyMemory<byte> encoded, int count)
    {
        this.encoded = encoded;
        Count = count;
    }

    public int Count { get; }

    internal void WriteTo(ref MessagePackWriter writer)
    {
        if (Count > 0)
        {
            writer.WriteRaw(encoded.Span);
        }
    }
}
