using MessagePack;

namespace Backshift.Records;

/// <summary>
/// Reads the keys of a map and keeps its bounds: at most <see cref="StreamLimits.Keys"/> keys, each of them text, none twice. The values are read from the
/// <see cref="MessagePackReader"/>, which stays the caller's; a key whose value the caller does not take is skipped or kept.
/// </summary>
/// <example>
/// <code>
/// MapReader map = new(ref reader);
/// while (map.TryNext(ref reader))
/// {
///     if (map.Is("size"u8)) { size = RecordText.ReadCount(ref reader, long.MaxValue, "size"); }
///     else { reader.Skip(); }
/// }
/// </code>
/// </example>
public ref struct MapReader
{
    private SeenKeys seen;
    private UnknownKeysGathering unknown;
    private SequencePosition start;
    private ReadOnlySpan<byte> key;
    private int left;

    /// <param name="reader">Positioned at the map.</param>
    /// <exception cref="BackshiftException">The map has too many keys.</exception>
    /// <exception cref="MessagePackSerializationException">It is not a map.</exception>
    public MapReader(scoped ref MessagePackReader reader)
    {
        left = reader.ReadMapHeader();
        seen = new SeenKeys(left);
    }

    /// <summary>The key, without its value; valid as long as the bytes that are read.</summary>
    public readonly ReadOnlySpan<byte> Key => key;

    /// <summary>The keys that were kept.</summary>
    public readonly UnknownKeys Unknown => unknown.ToKeys();

    /// <summary>Moves on to the next key. Its value must be read or skipped before the next call.</summary>
    /// <param name="reader">Positioned at a key, afterwards at its value.</param>
    /// <returns>False after the last one.</returns>
    /// <exception cref="BackshiftException">A key is not text, is too long, or was there before.</exception>
    public bool TryNext(scoped ref MessagePackReader reader)
    {
        if (left == 0)
        {
            return false;
        }

        left--;
        start = reader.Position;
        key = RecordText.ReadKey(ref reader);
        seen.Add(key);
        return true;
    }

    /// <summary>Whether this is the key.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) => key.SequenceEqual(name);

    /// <summary>Keeps a key that is not known here, with its value, to be carried along.</summary>
    /// <param name="reader">Positioned at the value, afterwards at the next key.</param>
    internal void Keep(scoped ref MessagePackReader reader) => unknown.Add(start, ref reader);
}
