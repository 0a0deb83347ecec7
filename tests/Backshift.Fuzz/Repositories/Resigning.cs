using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Backshift.Fuzz.Repositories;

/// <summary>Makes the checksums of objects right again after something in them was changed.</summary>
internal static class Resigning
{
    /// <summary>By the type in its header.</summary>
    internal static void Object(byte[] bytes)
    {
        if (bytes.Length < 72)
        {
            return;
        }

        switch ((char)bytes[8])
        {
            case 'P': Pack(bytes); break;
            case 'R': Run(bytes); break;
            default: SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32)).CopyTo(bytes.AsSpan(bytes.Length - 32)); break;
        }
    }

    internal static void Pack(byte[] bytes)
    {
        if (bytes.Length < 96)
        {
            return;
        }

        ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(bytes.Length - 64));
        int start = offset >= 32 && offset <= (ulong)bytes.Length - 64 ? (int)offset : bytes.Length - 64;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(bytes.AsSpan(0, 32));
        hash.AppendData(bytes.AsSpan(start, bytes.Length - 32 - start));
        hash.GetHashAndReset().CopyTo(bytes.AsSpan(bytes.Length - 32));
    }

    internal static void Run(byte[] bytes)
    {
        ulong packs = Number(bytes, 32), replaced = Number(bytes, 36), entries = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(40)),
            filter = Number(bytes, 48), gone = Number(bytes, 52);
        ulong head = 64 + (16 * (packs + replaced + gone));
        if (head + 64 > (ulong)bytes.Length)
        {
            return;
        }

        SHA256.HashData(bytes.AsSpan(0, (int)head)).CopyTo(bytes.AsSpan((int)head));
        int at = Pages(bytes, (int)head + 32, (long)filter * 32, 127 * 32);
        Pages(bytes, at, entries < 1 << 40 ? (long)entries * 16 : 0, 255 * 16);
        SHA256.HashData(bytes.AsSpan((int)head + 32, bytes.Length - (int)head - 64)).CopyTo(bytes.AsSpan(bytes.Length - 32));
    }

    private static uint Number(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    /// <summary>Makes the checksums of pages right, as far as they lie in the file; gives the place after the last.</summary>
    private static int Pages(byte[] bytes, int at, long length, int page)
    {
        for (long rest = length; rest > 0; rest -= page)
        {
            int count = (int)Math.Min(page, rest);
            if (count + 36 > bytes.Length - at)
            {
                return at;
            }

            Objects.U32(Crc.Of(bytes.AsSpan(at, count))).CopyTo(bytes, at + count);
            at += count + 4;
        }

        return at;
    }
}
