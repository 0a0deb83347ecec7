using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Streams;

/// <summary>Spoils the bytes of a stream, or the order and values of its records.</summary>
internal static class StreamSpoiler
{
    private static readonly Int128[] Extremes = [0, -1, 1, 127, 255, 65535, 65536, int.MaxValue, uint.MaxValue, (Int128)uint.MaxValue + 1, long.MaxValue,
        ulong.MaxValue, long.MinValue, 16777216, 8388608, 8388609];

    /// <summary>The stream, changed in one or a few places.</summary>
    internal static byte[] Spoil(byte[] encoded, List<Value> records, Random chance)
    {
        switch (chance.Next(5))
        {
            case 0: return encoded[..chance.Next(encoded.Length)];
            case 1: return ByteSpoiler.Spoil(encoded, chance);
            default:
                List<Value> changed = [.. records.Select(static record => record.Copy())];
                for (int i = chance.Next(1, 4); i > 0; i--)
                {
                    SpoilRecords(changed, chance);
                }

                using (MemoryStream bytes = new())
                {
                    changed.ForEach(record => bytes.Write(ValueWriter.Encode(record)));
                    return bytes.ToArray();
                }
        }
    }

    private static void SpoilRecords(List<Value> records, Random chance)
    {
        if (records.Count == 0)
        {
            return;
        }

        int at = chance.Next(records.Count);
        switch (chance.Next(8))
        {
            case 0: records.RemoveAt(at); break;
            case 1: records.Insert(at, records[chance.Next(records.Count)].Copy()); break;
            case 2: (records[at], records[^1]) = (records[^1], records[at]); break;
            case 3: records[at] = Wrong(chance); break;
            default: SpoilRecord(records[at], chance); break;
        }
    }

    /// <summary>Changes a key or a value of a map.</summary>
    internal static void SpoilRecord(Value record, Random chance)
    {
        if (record.Items.Count < 2)
        {
            return;
        }

        int at = chance.Next(record.Items.Count / 2) * 2;
        Value value = record.Items[at + 1];
        switch (chance.Next(7))
        {
            case 0: record.Items.RemoveRange(at, 2); break;
            case 1: record.Items.AddRange([record.Items[at], value]); break;
            case 2: record.Items[at] = Wrong(chance); break;
            case 3 when value.Items.Count > 0: SpoilRecord(value, chance); break;
            case 4 when value.Content.Length > 0: record.Items[at + 1] = Value.Of(ByteSpoiler.Spoil(value.Content, chance)); break;
            case 5: record.Items[at + 1] = Value.Of(Extremes[chance.Next(Extremes.Length)]); break;
            default: record.Items[at + 1] = Wrong(chance); break;
        }
    }

    private static Value Wrong(Random chance) => chance.Next(9) switch
    {
        0 => Value.Nil,
        1 => Value.Of(true),
        2 => Value.Of(Extremes[chance.Next(Extremes.Length)]),
        3 => Value.Of("text"),
        4 => Value.Of(new byte[chance.Next(100)]),
        5 => Value.List(Value.Nil, Value.Nil),
        6 => Value.Map(Value.Of("kind"), Value.Of("kind")),
        7 => Value.OfExtension((sbyte)chance.Next(-128, 128), new byte[chance.Next(20)]),
        _ => Value.OfText([0xff, 0xfe, 0x1b]),
    };
}
