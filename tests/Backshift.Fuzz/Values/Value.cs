using System.Text;

namespace Backshift.Fuzz.Values;

/// <summary>A MessagePack value as it was read or is to be written, however strange.</summary>
internal sealed class Value
{
    internal static readonly Value Nil = new(ValueKind.Nil);

    private Value(ValueKind kind) => Kind = kind;

    internal ValueKind Kind { get; }

    /// <summary>Of a number, its value; of a bool, 0 or 1; of an extension, its type.</summary>
    internal Int128 Number { get; private init; }

    /// <summary>Of text, bytes, extensions and floats, what is in them.</summary>
    internal byte[] Content { get; private init; } = [];

    /// <summary>Of a list, its items; of a map, keys and values in turn.</summary>
    internal List<Value> Items { get; private init; } = [];

    internal static Value Of(Int128 number) => new(ValueKind.Number) { Number = number };

    internal static Value Of(bool value) => new(ValueKind.Bool) { Number = value ? 1 : 0 };

    internal static Value Of(byte[] bytes) => new(ValueKind.Bytes) { Content = bytes };

    internal static Value Of(string text) => OfText(Encoding.UTF8.GetBytes(text));

    internal static Value OfText(byte[] text) => new(ValueKind.Text) { Content = text };

    internal static Value OfFloat(byte[] bytes) => new(ValueKind.Float) { Content = bytes };

    internal static Value OfExtension(sbyte type, byte[] content) => new(ValueKind.Extension) { Number = type, Content = content };

    internal static Value List(params IEnumerable<Value> items) => new(ValueKind.List) { Items = [.. items] };

    /// <summary>A map of these keys and values in turn.</summary>
    internal static Value Map(params IEnumerable<Value> items) => new(ValueKind.Map) { Items = [.. items] };

    /// <summary>The extension for times; 12 bytes long where it need not be too, which every reader has to take.</summary>
    internal static Value Time(long seconds, uint nanoseconds = 0)
    {
        byte[] body = new byte[12];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(body, nanoseconds);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(body.AsSpan(4), seconds);
        return OfExtension(-1, body);
    }

    /// <summary>Whether it is text or bytes with this content.</summary>
    internal bool Is(string text) => Kind is ValueKind.Text or ValueKind.Bytes && Content.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(text));

    /// <summary>The value of a key of a map, the first if there are several; null if there is none.</summary>
    internal Value? this[string key]
    {
        get
        {
            for (int i = 0; Kind == ValueKind.Map && i + 1 < Items.Count; i += 2)
            {
                if (Items[i].Is(key))
                {
                    return Items[i + 1];
                }
            }

            return null;
        }
    }

    /// <summary>Puts a key behind the others.</summary>
    internal Value With(string key, Value value)
    {
        Items.Add(Of(key));
        Items.Add(value);
        return this;
    }

    /// <summary>Takes a key away.</summary>
    internal Value Without(string key)
    {
        for (int i = Items.Count - 2; i >= 0; i -= 2)
        {
            if (Items[i].Is(key))
            {
                Items.RemoveRange(i, 2);
            }
        }

        return this;
    }

    internal Value Copy() => new(Kind) { Number = Number, Content = Content, Items = [.. Items.Select(static item => item.Copy())] };

    /// <summary>A text that is the same for values that mean the same, whatever the form in which they were encoded.</summary>
    internal string Meaning => Kind switch
    {
        ValueKind.Nil => "nil",
        ValueKind.Bool => Number == 0 ? "false" : "true",
        ValueKind.Number => Number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ValueKind.Float => $"f{Convert.ToHexString(Content)}",
        ValueKind.Text => $"\"{Convert.ToHexString(Content)}",
        ValueKind.Bytes => $"b{Convert.ToHexString(Content)}",
        ValueKind.Extension when TimeText() is { } time => time,
        ValueKind.Extension => $"x{Number}:{Convert.ToHexString(Content)}",
        ValueKind.List => $"[{string.Join(',', Items.Select(static item => item.Meaning))}]",
        _ => $"{{{string.Join(',', Items.Select(static item => item.Meaning))}}}",
    };

    private string? TimeText()
    {
        ReadOnlySpan<byte> body = Content;
        if (Number != -1)
        {
            return null;
        }

        (Int128 Seconds, ulong Nanoseconds)? time = body.Length switch
        {
            4 => (System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(body), 0),
            8 => (System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(body) & 0x3_FFFF_FFFF,
                System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(body) >> 34),
            12 => (System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(body[4..]), System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(body)),
            _ => null,
        };
        return time is { } known ? $"t{known.Seconds}.{known.Nanoseconds}" : null;
    }
}
