using System.Buffers;
using MessagePack;

namespace Backshift.Records;

/// <summary>Walks through the keys of a record and turns every way in which a value can be of the wrong type into one error.</summary>
internal static class RecordMap
{
    /// <summary>Takes the value behind a key; false if the key is not known.</summary>
    internal delegate bool KeyReader<T>(scoped ReadOnlySpan<byte> key, ref MessagePackReader reader, ref T into);

    internal static UnknownKeys Read<T>(ReadOnlySequence<byte> encoded, string what, ref T into, KeyReader<T> read)
    {
        MessagePackReader reader = new(encoded);
        UnknownKeysGathering unknown = default;
        try
        {
            int count = reader.ReadMapHeader();
            SeenKeys seen = new(stackalloc ulong[SeenKeys.Room], count);
            for (int i = 0; i < count; i++)
            {
                SequencePosition start = reader.Position;
                ReadOnlySpan<byte> key = RecordText.ReadKey(ref reader);
                seen.Add(key);
                if (key.SequenceEqual("kind"u8))
                {
                    reader.Skip();
                }
                else if (!read(key, ref reader, ref into))
                {
                    unknown.Add(start, ref reader);
                }
            }

            return unknown.ToKeys();
        }
        catch (Exception e) when (MalformedValue.IsCauseOf(e))
        {
            throw RecordFrame.Damaged($"a {what} record has a value of the wrong type", e);
        }
    }
}
