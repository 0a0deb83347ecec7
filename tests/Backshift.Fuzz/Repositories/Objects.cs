using System.Buffers.Binary;
using System.Security.Cryptography;
using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Repositories;

/// <summary>Headers and small objects of backshift-repository(5).</summary>
internal static class Objects
{
    internal const int HeaderSize = 32;
    internal const int NameSize = 16;
    internal const int HashSize = 32;

    internal static byte[] Header(char type, byte[] name, byte flags = 0)
    {
        byte[] header = new byte[HeaderSize];
        "BACKSHFT"u8.CopyTo(header);
        header[8] = (byte)type;
        header[10] = 1;
        header[11] = flags;
        name.CopyTo(header, HeaderSize - NameSize);
        return header;
    }

    internal static byte[] Small(char type, byte[] name, Value body) => Small(type, name, ValueWriter.Encode(body));

    internal static byte[] Small(char type, byte[] name, byte[] body)
    {
        byte[] data = [.. Header(type, name), .. U32((uint)body.Length), .. body];
        return [.. data, .. SHA256.HashData(data)];
    }

    internal static byte[] U32(uint value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    internal static byte[] U64(ulong value)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    internal static string Hex(byte[] name) => Convert.ToHexStringLower(name);
}
