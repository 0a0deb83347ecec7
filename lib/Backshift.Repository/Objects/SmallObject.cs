using System.Buffers;
using System.Buffers.Binary;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Objects;

/// <summary>An object that is one MessagePack map with a checksum; see backshift-repository(5), "Small objects".</summary>
public static class SmallObject
{
    private const int BodyLimit = 16 << 20;
    private const int BodyOffset = ObjectHeader.Size + sizeof(uint);

    /// <summary>The bytes of the object.</summary>
    public static byte[] Encode(ObjectHeader header, ReadOnlySpan<byte> body)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(body.Length, BodyLimit);
        byte[] bytes = new byte[BodyOffset + body.Length + Sha256.HashSizeInBytes];
        header.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ObjectHeader.Size), (uint)body.Length);
        body.CopyTo(bytes.AsSpan(BodyOffset));
        Sha256.HashData(bytes.AsSpan(0, BodyOffset + body.Length), bytes.AsSpan(BodyOffset + body.Length));
        return bytes;
    }

    /// <summary>Reads the object in a file.</summary>
    /// <param name="file">The file; not closed.</param>
    /// <param name="type">What it has to be.</param>
    /// <param name="what">The object in words, for messages.</param>
    /// <param name="header">Its header.</param>
    /// <returns>Its body.</returns>
    /// <exception cref="BackshiftException">It is damaged or something else.</exception>
    /// <exception cref="UnixException">It cannot be read.</exception>
    public static byte[] Read(UnixFile file, ObjectType type, string what, out ObjectHeader header)
    {
        long size = FileStatus.Of(file).Size;
        if (size is < BodyOffset + Sha256.HashSizeInBytes or > BodyOffset + BodyLimit + Sha256.HashSizeInBytes)
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: cannot be {size} bytes long");
        }

        byte[] bytes = new byte[size];
        if (file.ReadAt(bytes, 0) != size)
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: became shorter while it was read");
        }

        header = ObjectHeader.Read(bytes, type, what);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(ObjectHeader.Size));
        if (length != size - BodyOffset - Sha256.HashSizeInBytes)
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: its length is wrong");
        }

        Span<byte> checksum = stackalloc byte[Sha256.HashSizeInBytes];
        Sha256.HashData(bytes.AsSpan(0, bytes.Length - checksum.Length), checksum);
        if (!checksum.SequenceEqual(bytes.AsSpan(bytes.Length - checksum.Length)))
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: does not match its checksum");
        }

        return bytes[BodyOffset..(bytes.Length - checksum.Length)];
    }
}
