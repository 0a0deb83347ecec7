using System.Buffers;
using System.Buffers.Binary;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Objects;

/// <summary>
/// An object that is one MessagePack map with a checksum, in one copy or two; see backshift-repository(5), "Small objects". Each copy lies in disk sectors of
/// its own, so that a sector that cannot be read costs one of them.
/// </summary>
public static class SmallObject
{
    private const int BodyLimit = 16 << 20;
    private const int Sector = 4096;

    // Configurations, savesets and most condemned lists are shorter.
    private const int UsualSize = 64 << 10;
    private const int BodyOffset = ObjectHeader.Size + sizeof(uint);
    private const int LeastCopy = BodyOffset + Sha256.HashSizeInBytes;
    private const int LongestCopy = LeastCopy + BodyLimit;

    /// <summary>The bytes of the object: two copies of what is relied on for years, one of what programs tell each other.</summary>
    public static byte[] Encode(ObjectHeader header, ReadOnlySpan<byte> body)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(body.Length, BodyLimit);
        byte[] copy = new byte[LeastCopy + body.Length];
        header.CopyTo(copy);
        BinaryPrimitives.WriteUInt32LittleEndian(copy.AsSpan(ObjectHeader.Size), (uint)body.Length);
        body.CopyTo(copy.AsSpan(BodyOffset));
        Sha256.HashData(copy.AsSpan(0, BodyOffset + body.Length), copy.AsSpan(BodyOffset + body.Length));
        return IsKeptTwice(header.Type) ? Twice(copy) : copy;
    }

    /// <summary>Whether objects of the type are small, and encrypted where others are.</summary>
    public static bool MaySeal(ObjectType type) => type is ObjectType.Settings or ObjectType.Saveset or ObjectType.Expired or ObjectType.Tags
        or ObjectType.Condemned or ObjectType.Intent or ObjectType.CheckRecord or ObjectType.Moved;

    /// <summary>The bytes of an object with its body encrypted.</summary>
    /// <param name="bytes">The object as <see cref="Encode"/> made it.</param>
    /// <param name="type">What it is.</param>
    /// <param name="seal">Encrypts.</param>
    public static byte[] Close(ReadOnlySpan<byte> bytes, ObjectType type, IBodySeal seal)
    {
        byte[] body = BodyOf(UsableCopy(bytes, type, "an object", isSealed: false, out ObjectHeader header));
        header = header with { IsEncrypted = true };
        return Encode(header, seal.Close(header, body));
    }

    /// <summary>Whether objects of the type are written in two copies.</summary>
    public static bool IsKeptTwice(ObjectType type) =>
        type is ObjectType.Configuration or ObjectType.KeySlot or ObjectType.Settings or ObjectType.Saveset or ObjectType.Expired or ObjectType.Tags
            or ObjectType.Moved;

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
        header = default;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(UsualSize);
        try
        {
            ReadOnlySpan<byte> bytes = Read(store, path, what, buffer.AsSpan(0, UsualSize), out received);
            if (bytes.IsEmpty)
            {
                return null;
            }

            bool isSealed = IsSealed(store, path);
            ReadOnlySpan<byte> copy = UsableCopy(bytes, path.Type, what, isSealed, out header);
            sum = store.Copies is { } copies && copies.Serve(path.Type) ? copies.SumOf(path) : copy[^Sha256.HashSizeInBytes..].ToArray();
            byte[] body = BodyOf(copy);
            return isSealed ? store.Seal!.Open(header, path, body, what) : body;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads an object as its writer published it, to be kept elsewhere.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">What it is and where.</param>
    /// <param name="what">The object in words, for messages.</param>
    /// <param name="isDamaged">Whether the store has other bytes: then these are made of the copy that can be used.</param>
    /// <returns>All of its bytes, as they should be; null if it is gone.</returns>
    /// <exception cref="BackshiftException">It is damaged so that it cannot be read, or something else.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public static byte[]? TryReadBytes(IObjectStore store, ObjectPath path, string what, out bool isDamaged)
    {
        isDamaged = false;
        ReadOnlySpan<byte> bytes = Read(store, path, what, [], out _);
        if (bytes.IsEmpty)
        {
            return null;
        }

        ReadOnlySpan<byte> copy = UsableCopy(bytes, path.Type, what, IsSealed(store, path), out _);
        byte[] right = IsKeptTwice(path.Type) && bytes.Length != copy.Length ? Twice(copy) : copy.ToArray();
        isDamaged = !bytes.SequenceEqual(right);
        return right;
    }

    /// <summary>Reads an object from its bytes.</summary>
    /// <param name="bytes">All of them.</param>
    /// <param name="type">What it has to be.</param>
    /// <param name="what">The object in words, for messages.</param>
    /// <param name="header">Its header.</param>
    /// <returns>Its body.</returns>
    /// <exception cref="BackshiftException">It is damaged or something else.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> bytes, ObjectType type, string what, out ObjectHeader header) =>
        BodyOf(UsableCopy(bytes, type, what, isSealed: false, out header));

    /// <summary>Verifies that an object is whole, each of its copies, without opening it.</summary>
    /// <param name="bytes">All of it.</param>
    /// <param name="type">What it has to be.</param>
    /// <param name="what">The object in words, for messages.</param>
    /// <param name="isSealed">Whether it has to be encrypted.</param>
    /// <exception cref="BackshiftException">It is damaged or something else.</exception>
    public static void Verify(ReadOnlySpan<byte> bytes, ObjectType type, string what, bool isSealed)
    {
        ReadOnlySpan<byte> copy = Verified(bytes, type, what, isSealed, out _);
        if (!(IsKeptTwice(type) ? bytes.SequenceEqual(Twice(copy)) : bytes.Length == copy.Length))
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: its copies are not alike");
        }
    }

    /// <summary>The SHA-256 at the end of the first copy of an object.</summary>
    /// <param name="bytes">The object, as it was made.</param>
    public static byte[] SumOf(ReadOnlySpan<byte> bytes) =>
        bytes.Slice(BodyOffset + BinaryPrimitives.ReadInt32LittleEndian(bytes[ObjectHeader.Size..]), Sha256.HashSizeInBytes).ToArray();

    private static bool IsSealed(IObjectStore store, ObjectPath path) => store.Seal is not null && MaySeal(path.Type) && store.Copies?.Serve(path.Type) != true;

    /// <summary>Reads all bytes of an object.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">What it is and where.</param>
    /// <param name="what">The object in words, for messages.</param>
    /// <param name="buffer">Takes them if they fit.</param>
    /// <param name="received">When the store received it.</param>
    /// <returns>They, in the buffer or not; none if it is gone.</returns>
    private static ReadOnlySpan<byte> Read(IObjectStore store, ObjectPath path, string what, Span<byte> buffer, out UnixTime received)
    {
        try
        {
            using IStoredObject? stored = store.TryOpen(path, ObjectEnd.Tail, buffer, out int count);
            received = stored?.Received ?? default;
            if (stored is null)
            {
                return default;
            }

            int size = (int)BoundedLength(stored, what);
            Span<byte> bytes = size > buffer.Length ? new byte[size] : buffer[..size];
            if (size > buffer.Length)
            {
                buffer.CopyTo(bytes[^buffer.Length..]);
            }

            int rest = size - count;
            return count == Math.Min(size, buffer.Length) && (rest == 0 || stored.ReadAt(bytes[..rest], 0) == rest) ? bytes : throw BecameShorter(what);
        }
        catch (StoreException e) when (e.Trouble == StoreTrouble.Broken && IsKeptTwice(path.Type))
        {
            // The sectors of one copy may be such that the disk reads them no more.
            if (TryReadApart(store, path, what, out received) is { } bytes)
            {
                return bytes;
            }

            throw;
        }
    }

    /// <summary>Reads each copy by itself; what cannot be read is left 0.</summary>
    /// <returns>All bytes; null if none of them can be read.</returns>
    private static byte[]? TryReadApart(IObjectStore store, ObjectPath path, string what, out UnixTime received)
    {
        using IStoredObject? stored = store.TryOpen(path, ObjectEnd.Head, [], out _);
        received = stored?.Received ?? default;
        if (stored is null)
        {
            return null;
        }

        byte[] bytes = new byte[BoundedLength(stored, what)];
        int second = bytes.Length - SecondCopyOf(bytes).Length;
        return TryReadPart(stored, bytes.AsSpan(0, second), 0) | TryReadPart(stored, bytes.AsSpan(second), second) ? bytes : null;
    }

    private static bool TryReadPart(IStoredObject stored, Span<byte> part, long offset)
    {
        try
        {
            return stored.ReadAt(part, offset) == part.Length;
        }
        catch (StoreException e) when (e.Trouble == StoreTrouble.Broken)
        {
            part.Clear();
            return false;
        }
    }

    private static byte[] BodyOf(ReadOnlySpan<byte> copy) => copy[BodyOffset..^Sha256.HashSizeInBytes].ToArray();

    private static int SecondCopyAt(int length) => (length + Sector - 1) / Sector * Sector;

    private static byte[] Twice(ReadOnlySpan<byte> copy)
    {
        byte[] bytes = new byte[SecondCopyAt(copy.Length) + copy.Length];
        copy.CopyTo(bytes);
        copy.CopyTo(bytes.AsSpan(bytes.Length - copy.Length));
        return bytes;
    }

    /// <summary>The first copy if that is whole, otherwise the second.</summary>
    /// <exception cref="BackshiftException">Neither is; says what is wrong with the first.</exception>
    private static ReadOnlySpan<byte> UsableCopy(ReadOnlySpan<byte> bytes, ObjectType type, string what, bool isSealed, out ObjectHeader header)
    {
        try
        {
            return Verified(bytes, type, what, isSealed, out header);
        }
        catch (BackshiftException) when (SecondCopyOf(bytes) is { IsEmpty: false } second)
        {
            try
            {
                return Verified(second, type, what, isSealed, out header);
            }
            catch (BackshiftException)
            {
                // What the first one lacks is said.
            }

            throw;
        }
    }

    /// <summary>Where the second copy lies if there are two, which follows from the length of the object alone; empty if there cannot be two.</summary>
    private static ReadOnlySpan<byte> SecondCopyOf(ReadOnlySpan<byte> bytes)
    {
        int sectors = (bytes.Length + (2 * Sector) - 1) / (2 * Sector);
        int length = bytes.Length - (sectors * Sector);
        return length >= LeastCopy && length > (sectors - 1) * Sector ? bytes[^length..] : default;
    }

    /// <summary>The copy that bytes begin with.</summary>
    /// <exception cref="BackshiftException">It is damaged or something else.</exception>
    private static ReadOnlySpan<byte> Verified(ReadOnlySpan<byte> bytes, ObjectType type, string what, bool isSealed, out ObjectHeader header)
    {
        if (bytes.Length < LeastCopy)
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: cannot be {bytes.Length} bytes long");
        }

        header = ObjectHeader.Read(bytes, type, what, isSealed);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[ObjectHeader.Size..]);
        if (length > bytes.Length - LeastCopy || length > BodyLimit)
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: its length is wrong");
        }

        ReadOnlySpan<byte> copy = bytes[..(LeastCopy + (int)length)];
        Span<byte> checksum = stackalloc byte[Sha256.HashSizeInBytes];
        Sha256.HashData(copy[..^checksum.Length], checksum);
        return checksum.SequenceEqual(copy[^checksum.Length..]) ? copy
            : throw new BackshiftException(ExitCode.DataError, $"{what}: does not match its checksum");
    }

    private static long BoundedLength(IStoredObject stored, string what) =>
        stored.Length is >= LeastCopy and <= ((LongestCopy + Sector - 1) / Sector * Sector) + LongestCopy and long size ? size
            : throw new BackshiftException(ExitCode.DataError, $"{what}: cannot be {stored.Length} bytes long");

    private static BackshiftException BecameShorter(string what) => new(ExitCode.DataError, $"{what}: became shorter while it was read");
}
