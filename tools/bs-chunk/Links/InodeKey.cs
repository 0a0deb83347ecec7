using System.Buffers.Binary;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Chunk;

/// <summary>
/// One inode. Numbers are used again as soon as a file is gone, and a save takes hours: the birth time, where the file system keeps one, tells the new file
/// from the old. Elsewhere (NFS, FUSE, old kernels) size, mtime and ctime do: a file that changed between two of its names is stored under each, and never as a
/// link to another file.
/// </summary>
internal readonly record struct InodeKey(ulong Device, ulong Number, ulong Birth) : IComparable<InodeKey>
{
    /// <summary>Length of <see cref="CopyTo"/> in bytes.</summary>
    internal const int Length = 24;

    /// <summary>The inode of an entry that has, or will have, content of its own and further names; else null.</summary>
    internal static InodeKey? Of(EntryRecord entry) =>
        entry is { Nlink: > 1, Dev: { } device, Ino: { } number } && entry.Type is not (EntryType.Directory or EntryType.Link or EntryType.Unknown)
            ? new InodeKey(device, number, entry.Btime is { } birth ? ((ulong)birth.Seconds << 30) ^ birth.Nanoseconds : VersionOf(entry))
            : null;

    public int CompareTo(InodeKey other) =>
        Device != other.Device ? Device.CompareTo(other.Device) : Number != other.Number ? Number.CompareTo(other.Number) : Birth.CompareTo(other.Birth);

    internal static InodeKey Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]));

    internal void CopyTo(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, Device);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], Number);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], Birth);
    }

    /// <summary>A number for what tells the version of a file. By SHA-256: those who choose size and mtime must not come to the number of another
    /// file.</summary>
    private static ulong VersionOf(EntryRecord entry)
    {
        Span<byte> version = stackalloc byte[40];
        BinaryPrimitives.WriteInt64LittleEndian(version, entry.Size ?? -1);
        BinaryPrimitives.WriteInt64LittleEndian(version[8..], entry.Mtime?.Seconds ?? long.MinValue);
        BinaryPrimitives.WriteInt64LittleEndian(version[16..], entry.Mtime?.Nanoseconds ?? uint.MaxValue);
        BinaryPrimitives.WriteInt64LittleEndian(version[24..], entry.Ctime?.Seconds ?? long.MinValue);
        BinaryPrimitives.WriteInt64LittleEndian(version[32..], entry.Ctime?.Nanoseconds ?? uint.MaxValue);
        Span<byte> hash = stackalloc byte[Sha256.HashSizeInBytes];
        Sha256.HashData(version, hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    /// <summary>A hash that spreads over all 64 bits (the finisher of MurmurHash3).</summary>
    internal ulong Spread()
    {
        ulong hash = Number ^ (Device * 0x9e3779b97f4a7c15) ^ (Birth * 0xc2b2ae3d27d4eb4f);
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        return hash ^ (hash >> 33);
    }
}
