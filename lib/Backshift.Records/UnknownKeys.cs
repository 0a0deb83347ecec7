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

    /// <summary>How many bytes they take.</summary>
    public int Length => encoded.Length;

    /// <summary>The keys without those that <paramref name="drop"/> chooses.</summary>
    /// <param name="drop">Called with the name of each key.</param>
    /// <param name="dropped">Names of the keys that are left out, as text for people.</param>
    public UnknownKeys Without(KeyChoice drop, out IReadOnlyList<string> dropped)
    {
        List<string> names = [];
        UnknownKeysGathering kept = default;
        MessagePackReader reader = new(encoded);
        for (int i = 0; i < Count; i++)
        {
            SequencePosition start = reader.Position;
            ReadOnlySpan<byte> key = RecordText.ReadKey(ref reader);
            if (drop(key))
            {
                names.Add(Posix.Escaping.Display(key));
                reader.Skip();
            }
            else
            {
                kept.Add(start, ref reader);
            }
        }

        dropped = names;
        return names.Count == 0 ? this : kept.ToKeys();
    }

    /// <summary>Chooses keys by their names.</summary>
    public delegate bool KeyChoice(ReadOnlySpan<byte> key);

    internal void WriteTo(ref MessagePackWriter writer)
    {
        if (Count > 0)
        {
            writer.WriteRaw(encoded.Span);
        }
    }
}
