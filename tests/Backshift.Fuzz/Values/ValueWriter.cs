using System.Buffers.Binary;

namespace Backshift.Fuzz.Values;

/// <summary>Encodes values as MessagePack, in the shortest form or, with a source of chance, in any form that a reader has to take.</summary>
/// <param name="chance">Chooses forms; null for the shortest.</param>
internal sealed class ValueWriter(Random? chance = null)
{
    private readonly MemoryStream bytes = new();

    internal static byte[] Encode(Value value, Random? chance = null) => new ValueWriter(chance).Write(value).ToArray();

    internal byte[] ToArray() => bytes.ToArray();

    internal long Length => bytes.Length;

    internal ValueWriter Raw(ReadOnlySpan<byte> raw)
    {
        bytes.Write(raw);
        return this;
    }

    internal ValueWriter Write(Value value)
    {
        switch (value.Kind)
        {
            case ValueKind.Nil: bytes.WriteByte(0xc0); break;
            case ValueKind.Bool: bytes.WriteByte(value.Number == 0 ? (byte)0xc2 : (byte)0xc3); break;
            case ValueKind.Number: WriteNumber(value.Number); break;
            case ValueKind.Float:
                bytes.WriteByte(value.Content.Length == 4 ? (byte)0xca : (byte)0xcb);
                bytes.Write(value.Content);
                break;
            case ValueKind.Text:
                Head(value.Content.Length, 0xa0, 32, 0xd9, 0xda, 0xdb);
                bytes.Write(value.Content);
                break;
            case ValueKind.Bytes:
                Head(value.Content.Length, 0, 0, 0xc4, 0xc5, 0xc6);
                bytes.Write(value.Content);
                break;
            case ValueKind.Extension: WriteExtension(value); break;
            case ValueKind.List:
                Head(value.Items.Count, 0x90, 16, null, 0xdc, 0xdd);
                value.Items.ForEach(item => Write(item));
                break;
            default:
                Head(value.Items.Count / 2, 0x80, 16, null, 0xde, 0xdf);
                value.Items.ForEach(item => Write(item));
                break;
        }

        return this;
    }

    private int Widen(int width, int most) => chance is not null && chance.Next(12) == 0 ? Math.Min(most, width + chance.Next(4)) : width;

    private void Head(int length, int fix, int room, int? byte1, int byte2, int byte4)
    {
        int width = Widen(length < room ? 0 : length < 256 && byte1 is not null ? 1 : length < 65536 ? 2 : 3, 3);
        width = width == 1 && byte1 is null ? 2 : width;
        switch (width)
        {
            case 0: bytes.WriteByte((byte)(fix | length)); break;
            case 1: bytes.Write([(byte)byte1!.Value, (byte)length]); break;
            case 2: bytes.Write([(byte)byte2, (byte)(length >> 8), (byte)length]); break;
            default: bytes.Write([(byte)byte4, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length]); break;
        }
    }

    private void WriteNumber(Int128 number)
    {
        Span<byte> eight = stackalloc byte[8];
        if (number < 0 || (number < long.MaxValue && chance?.Next(12) == 0))
        {
            long value = (long)Int128.Max(number, long.MinValue);
            int width = Widen(value is >= -32 and < 0 ? 0 : value is >= sbyte.MinValue and <= sbyte.MaxValue ? 1
                : value is >= short.MinValue and <= short.MaxValue ? 2 : value is >= int.MinValue and <= int.MaxValue ? 3 : 4, 4);
            BinaryPrimitives.WriteInt64BigEndian(eight, value);
            Tail(eight, width, (byte)value, 0xcf);
            return;
        }

        ulong large = (ulong)Int128.Min(number, ulong.MaxValue);
        BinaryPrimitives.WriteUInt64BigEndian(eight, large);
        Tail(eight, Widen(large < 128 ? 0 : large < 256 ? 1 : large < 65536 ? 2 : large <= uint.MaxValue ? 3 : 4, 4), (byte)large, 0xcb);
    }

    private void Tail(ReadOnlySpan<byte> eight, int width, byte fix, int before)
    {
        bytes.WriteByte(width == 0 ? fix : (byte)(before + width));
        bytes.Write(eight[(8 - (width == 0 ? 0 : 1 << (width - 1)))..]);
    }

    private void WriteExtension(Value value)
    {
        int length = value.Content.Length;
        int code = length switch { 1 => 0xd4, 2 => 0xd5, 4 => 0xd6, 8 => 0xd7, 16 => 0xd8, _ => 0 };
        if (code != 0 && chance?.Next(6) != 0)
        {
            bytes.WriteByte((byte)code);
        }
        else
        {
            Head(length, 0, 0, 0xc7, 0xc8, 0xc9);
        }

        bytes.WriteByte((byte)(sbyte)value.Number);
        bytes.Write(value.Content);
    }
}
