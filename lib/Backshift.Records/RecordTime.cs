using System.Buffers;
using System.Buffers.Binary;
using Backshift.Posix;
using MessagePack;

namespace Backshift.Records;

/// <summary>The MessagePack timestamp extension with all its nanoseconds and years; the package's own DateTime has steps of 100 ns and ends with the year
/// 9999.</summary>
public static class RecordTime
{
    /// <summary>The extension's type.</summary>
    public const sbyte TypeCode = -1;

    private const int LongestBody = 12;

    /// <summary>Writes the shortest of the three forms.</summary>
    public static void Write(ref MessagePackWriter writer, UnixTime time)
    {
        Span<byte> body = stackalloc byte[LongestBody];
        if (time.Seconds is >= 0 and < 1L << 34)
        {
            if (time is { Nanoseconds: 0, Seconds: <= uint.MaxValue })
            {
                BinaryPrimitives.WriteUInt32BigEndian(body, (uint)time.Seconds);
                body = body[..4];
            }
            else
            {
                BinaryPrimitives.WriteUInt64BigEndian(body, ((ulong)time.Nanoseconds << 34) | (ulong)time.Seconds);
                body = body[..8];
            }
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(body, time.Nanoseconds);
            BinaryPrimitives.WriteInt64BigEndian(body[4..], time.Seconds);
        }

        writer.WriteExtensionFormatHeader(new ExtensionHeader(TypeCode, body.Length));
        body.CopyTo(writer.GetSpan(body.Length));
        writer.Advance(body.Length);
    }

    /// <exception cref="BackshiftException">It is not a timestamp, or has more nanoseconds than a second.</exception>
    public static UnixTime Read(ref MessagePackReader reader, string what)
    {
        if (reader.NextMessagePackType != MessagePackType.Extension)
        {
            throw RecordFrame.Damaged($"{what} is not a timestamp");
        }

        ExtensionHeader header = reader.ReadExtensionFormatHeader();
        Span<byte> body = stackalloc byte[LongestBody];
        if (header.TypeCode == TypeCode && header.Length <= LongestBody)
        {
            body = body[..(int)header.Length];
            reader.ReadRaw(header.Length).CopyTo(body);
            if (TryRead(body, out UnixTime time))
            {
                return time;
            }
        }

        throw RecordFrame.Damaged($"{what} is not a timestamp");
    }

    /// <summary>Reads what is in the extension; false for another length, and for more nanoseconds than a second has.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out UnixTime time)
    {
        time = default;
        switch (body.Length)
        {
            case 4:
                time = new UnixTime(BinaryPrimitives.ReadUInt32BigEndian(body), 0);
                break;
            case 8:
                ulong both = BinaryPrimitives.ReadUInt64BigEndian(body);
                time = new UnixTime((long)(both & ((1UL << 34) - 1)), (uint)(both >> 34));
                break;
            case LongestBody:
                time = new UnixTime(BinaryPrimitives.ReadInt64BigEndian(body[4..]), BinaryPrimitives.ReadUInt32BigEndian(body));
                break;
            default:
                return false;
        }

        return time.Nanoseconds < 1_000_000_000;
    }
}
