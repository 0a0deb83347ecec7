using System.Buffers.Binary;
using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Remote.Caching;

/// <summary>How a file of the cache begins: of which version of an object it is, and how long that is. Files of other objects never pass for it.</summary>
internal static class KeptHead
{
    internal const int Size = SumOffset + Sha256.HashSizeInBytes;

    private const int LengthOffset = 8;
    private const int VersionSizeOffset = LengthOffset + sizeof(long);
    private const int VersionOffset = VersionSizeOffset + sizeof(int);
    private const int SumOffset = VersionOffset + IStoredObject.VersionLimit;

    private static ReadOnlySpan<byte> Magic => "BSKEPT1\n"u8;

    /// <summary>Makes one.</summary>
    /// <param name="key">What the file belongs to: the hash of its repository and its path.</param>
    /// <param name="length">The length of the object.</param>
    /// <param name="version">Its version.</param>
    internal static byte[] Make(ReadOnlySpan<byte> key, long length, ReadOnlySpan<byte> version)
    {
        byte[] head = new byte[Size];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(LengthOffset), length);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(VersionSizeOffset), version.Length);
        version.CopyTo(head.AsSpan(VersionOffset));
        Sum(key, head, head.AsSpan(SumOffset));
        return head;
    }

    /// <summary>Reads one; false if it is of another object, or damaged.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> key, ReadOnlySpan<byte> head, out long length, out byte[] version)
    {
        length = 0;
        version = [];
        Span<byte> sum = stackalloc byte[Sha256.HashSizeInBytes];
        if (head.Length != Size || !head.StartsWith(Magic))
        {
            return false;
        }

        Sum(key, head, sum);
        int size = BinaryPrimitives.ReadInt32LittleEndian(head[VersionSizeOffset..]);
        length = BinaryPrimitives.ReadInt64LittleEndian(head[LengthOffset..]);
        if (!sum.SequenceEqual(head[SumOffset..]) || length < 0 || size is < 1 or > IStoredObject.VersionLimit)
        {
            return false;
        }

        version = head.Slice(VersionOffset, size).ToArray();
        return true;
    }

    private static void Sum(ReadOnlySpan<byte> key, ReadOnlySpan<byte> head, Span<byte> target)
    {
        Sha256 hash = new();
        hash.AppendData(key);
        hash.AppendData(head[..SumOffset]);
        hash.GetHashAndReset(target);
    }
}
