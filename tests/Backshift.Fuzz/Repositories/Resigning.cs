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
        ulong packs = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(32)), replaced = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(36)), filter = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(48));
        ulong head = 64 + (16 * packs) + (16 * replaced) + (32 * filter);
        if (head + 64 <= (ulong)bytes.Length)
        {
            SHA256.HashData(bytes.AsSpan(0, (int)head)).CopyTo(bytes.AsSpan((int)head));
            SHA256.HashData(bytes.AsSpan((int)head + 32, bytes.Length - (int)head - 64)).CopyTo(bytes.AsSpan(bytes.Length - 32));
        }
    }
}
