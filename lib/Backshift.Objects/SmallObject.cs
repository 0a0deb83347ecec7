using System.Buffers;
using System.Buffers.Binary;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Objects;

/// <summary>An object that is one MessagePack map with a checksum; see backshift-repository(5), "Small objects".</summary>
public static class SmallObject
{
    private const int BodyLimit = 16 << 20;

    // Configurations, savesets and most condemned lists are shorter.
    private const int UsualSize = 64 << 10;
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

    /// <summary>Reads an object of a store: in one request, unless it is long.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">What it is and where.</param>
    /// <param name="what">The object in words, for messages.</param>
    /// <param name="header">Its header.</param>
    /// <returns>Its body; null if it is gone.</returns>
    /// <exception cref="BackshiftException">It is damaged or something else.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public static byte[]? TryRead(IObjectStore store, ObjectPath path, string what, out ObjectHeader header) =>
        TryRead(store, path, what, out header, out _, out _);

    /// <inheritdoc cref="TryRead(IObjectStore, ObjectPath, string, out ObjectHeader)"/>
    /// <param name="store">The store.</param>
    /// <param name="path">What it is and where.</param>
    /// <param name="what">The object in words, for messages.</param>
    /// <param name="header">Its header.</param>
    /// <param name="sum">The SHA-256 at its end.</param>
    /// <param name="received">When the store received it.</param>
    public static byte[]? TryRead(
        IObjectStore store, ObjectPath path, string what, out ObjectHeader header, out byte[] sum, out UnixTime received)
    {
        sum = [];
        received = default;
        byte[] first = ArrayPool<byte>.Shared.Rent(UsualSize);
        try
        {
            header = default;
            using IStoredObject? stored = store.TryOpen(path, ObjectEnd.Tail, first.AsSpan(0, UsualSize), out int count);
            if (stored is null)
            {
                return null;
            }

            received = stored.Received;
            long size = BoundedLength(stored, what);
            if (size <= UsualSize)
            {
                sum = count == size ? first.AsSpan(count - Sha256.HashSizeInBytes, Sha256.HashSizeInBytes).ToArray() : throw BecameShorter(what);
                return Decode(first.AsSpan(0, count), path.Type, what, out header);
            }

            byte[] bytes = new byte[size];
            first.AsSpan(0, UsualSize).CopyTo(bytes.AsSpan((int)size - UsualSize));
            sum = bytes[^Sha256.HashSizeInBytes..];
            return count == UsualSize && stored.ReadAt(bytes.AsSpan(0, (int)size - UsualSize), 0) == size - UsualSize
                ? Decode(bytes, path.Type, what, out header)
                : throw BecameShorter(what);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(first);
        }
    }

    /// <summary>Reads the bytes of an object as they are, to be kept elsewhere.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">What it is and where.</param>
    /// <param name="what">The object in words, for messages.</param>
    /// <returns>All of them, verified; null if it is gone.</returns>
    /// <exception cref="BackshiftException">It is damaged or something else.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public static byte[]? TryReadBytes(IObjectStore store, ObjectPath path, string what)
    {
        using IStoredObject? stored = store.TryOpen(path, ObjectEnd.Tail, [], out _);
        if (stored is null)
        {
            return null;
        }

        byte[] bytes = new byte[BoundedLength(stored, what)];
        stored.ReadExactly(bytes, 0);
        _ = Decode(bytes, path.Type, what, out _);
        return bytes;
    }

    /// <summary>Reads an object from its bytes.</summary>
    /// <param name="bytes">All of them.</param>
    /// <param name="type">What it has to be.</param>
    /// <param name="what">The object in words, for messages.</param>
    /// <param name="header">Its header.</param>
    /// <returns>Its body.</returns>
    /// <exception cref="BackshiftException">It is damaged or something else.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> bytes, ObjectType type, string what, out ObjectHeader header)
    {
        if (bytes.Length is < BodyOffset + Sha256.HashSizeInBytes or > BodyOffset + BodyLimit + Sha256.HashSizeInBytes)
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: cannot be {bytes.Length} bytes long");
        }

        header = ObjectHeader.Read(bytes, type, what);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[ObjectHeader.Size..]);
        if (length != bytes.Length - BodyOffset - Sha256.HashSizeInBytes)
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: its length is wrong");
        }

        Span<byte> checksum = stackalloc byte[Sha256.HashSizeInBytes];
        Sha256.HashData(bytes[..^checksum.Length], checksum);
        if (!checksum.SequenceEqual(bytes[^checksum.Length..]))
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: does not match its checksum");
        }

        return bytes[BodyOffset..^checksum.Length].ToArray();
    }

    private static long BoundedLength(IStoredObject stored, string what) =>
        stored.Length is >= BodyOffset + Sha256.HashSizeInBytes and <= BodyOffset + BodyLimit + Sha256.HashSizeInBytes and long size ? size
            : throw new BackshiftException(ExitCode.DataError, $"{what}: cannot be {stored.Length} bytes long");

    private static BackshiftException BecameShorter(string what) => new(ExitCode.DataError, $"{what}: became shorter while it was read");
}
