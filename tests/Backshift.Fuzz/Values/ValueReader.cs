using System.Buffers.Binary;

namespace Backshift.Fuzz.Values;

/// <summary>Decodes MessagePack; false at whatever is cut off, nests too deep, or is no MessagePack.</summary>
internal static class ValueReader
{
    private const int DepthLimit = 64;

    /// <summary>All values in some bytes, and whether they end where the bytes end.</summary>
    internal static (List<Value> Values, bool Whole) ReadAll(ReadOnlySpan<byte> bytes)
    {
        List<Value> values = [];
        int at = 0;
        while (at < bytes.Length)
        {
            int start = at;
            if (!TryRead(bytes, ref at, out Value? value))
            {
                return (values, false);
            }

            if (at - start > 16 << 20)
            {
                return (values, false);
            }

            values.Add(value);
        }

        return (values, true);
    }

    internal static bool TryRead(ReadOnlySpan<byte> bytes, ref int at, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Value? value, int depth = 0)
    {
        value = null;
        if (at >= bytes.Length || depth > DepthLimit)
        {
            return false;
        }

        byte code = bytes[at++];
        switch (code)
        {
            case < 0x80: value = Value.Of((Int128)code); return true;
            case >= 0xe0: value = Value.Of((Int128)(sbyte)code); return true;
            case < 0x90: return TryReadItems(bytes, ref at, (code & 15) * 2, true, depth, out value);
            case < 0xa0: return TryReadItems(bytes, ref at, code & 15, false, depth, out value);
            case < 0xc0: return TryTake(bytes, ref at, code & 31, Value.OfText, out value);
            case 0xc0: value = Value.Nil; return true;
            case 0xc1: return false;
            case 0xc2 or 0xc3: value = Value.Of(code == 0xc3); return true;
            case 0xc4 or 0xc5 or 0xc6: return TryReadNumber(bytes, ref at, 1 << (code - 0xc4), out ulong bin)
                && TryTake(bytes, ref at, bin, Value.Of, out value);
            case 0xd9 or 0xda or 0xdb: return TryReadNumber(bytes, ref at, 1 << (code - 0xd9), out ulong text)
                && TryTake(bytes, ref at, text, Value.OfText, out value);
            case 0xc7 or 0xc8 or 0xc9: return TryReadNumber(bytes, ref at, 1 << (code - 0xc7), out ulong ext)
                && TryReadExtension(bytes, ref at, ext, out value);
            case >= 0xd4 and <= 0xd8: return TryReadExtension(bytes, ref at, 1UL << (code - 0xd4), out value);
            case 0xca or 0xcb: return TryTake(bytes, ref at, code == 0xca ? 4UL : 8, Value.OfFloat, out value);
            case >= 0xcc and <= 0xcf:
                bool there = TryReadNumber(bytes, ref at, 1 << (code - 0xcc), out ulong number);
                value = Value.Of((Int128)number);
                return there;
            case >= 0xd0 and <= 0xd3:
                int width = 1 << (code - 0xd0);
                if (!TryReadNumber(bytes, ref at, width, out ulong raw))
                {
                    return false;
                }

                value = Value.Of((Int128)((long)(raw << (64 - (8 * width))) >> (64 - (8 * width))));
                return true;
            case 0xdc or 0xdd: return TryReadNumber(bytes, ref at, code == 0xdc ? 2 : 4, out ulong items)
                && TryReadItems(bytes, ref at, items, false, depth, out value);
            default: return TryReadNumber(bytes, ref at, code == 0xde ? 2 : 4, out ulong pairs)
                && TryReadItems(bytes, ref at, pairs * 2, true, depth, out value);
        }
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> bytes, ref int at, int width, out ulong number)
    {
        number = 0;
        if (bytes.Length - at < width)
        {
            return false;
        }

        number = width switch
        {
            1 => bytes[at],
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]),
            4 => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]),
            _ => BinaryPrimitives.ReadUInt64BigEndian(bytes[at..]),
        };
        at += width;
        return true;
    }

    private static bool TryTake(ReadOnlySpan<byte> bytes, ref int at, ulong length, Func<byte[], Value> make, out Value? value)
    {
        value = null;
        if ((ulong)(bytes.Length - at) < length)
        {
            return false;
        }

        value = make(bytes.Slice(at, (int)length).ToArray());
        at += (int)length;
        return true;
    }

    private static bool TryTake(ReadOnlySpan<byte> bytes, ref int at, int length, Func<byte[], Value> make, out Value? value) =>
        TryTake(bytes, ref at, (ulong)length, make, out value);

    private static bool TryReadExtension(ReadOnlySpan<byte> bytes, ref int at, ulong length, out Value? value)
    {
        value = null;
        if (at >= bytes.Length)
        {
            return false;
        }

        sbyte type = (sbyte)bytes[at++];
        return TryTake(bytes, ref at, length, content => Value.OfExtension(type, content), out value);
    }

    private static bool TryReadItems(ReadOnlySpan<byte> bytes, ref int at, ulong count, bool map, int depth, out Value? value)
    {
        value = null;
        if (count > (ulong)(bytes.Length - at))
        {
            return false;
        }

        List<Value> items = new((int)count);
        for (ulong i = 0; i < count; i++)
        {
            if (!TryRead(bytes, ref at, out Value? item, depth + 1))
            {
                return false;
            }

            items.Add(item);
        }

        value = map ? Value.Map(items) : Value.List(items);
        return true;
    }

    private static bool TryReadItems(ReadOnlySpan<byte> bytes, ref int at, int count, bool map, int depth, out Value? value) =>
        TryReadItems(bytes, ref at, (ulong)count, map, depth, out value);
}
