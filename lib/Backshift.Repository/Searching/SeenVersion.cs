using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Searching;

/// <summary>What a search keeps of an entry: enough to show it, and to tell whether it is the same as another.</summary>
/// <param name="Identity">Equal for equal versions.</param>
/// <param name="Size">The size of a file.</param>
/// <param name="Mtime">The time of the last change.</param>
/// <param name="Type">The type.</param>
internal readonly record struct SeenVersion(UInt128 Identity, long? Size, UnixTime? Mtime, string Type)
{
    private const int SizeAt = 16, SecondsAt = 24, NanosecondsAt = 32, TypeAt = 36;

    internal static SeenVersion Of(StoredEntry stored)
    {
        EntryRecord entry = stored.Entry;
        return new SeenVersion(IdentityOf(stored), entry.Type == EntryType.File ? entry.Size ?? 0 : null, entry.Mtime, Encoding.UTF8.GetString(entry.TypeName));
    }

    internal static SeenVersion Read(ReadOnlySpan<byte> item)
    {
        long size = BinaryPrimitives.ReadInt64LittleEndian(item[SizeAt..]);
        uint nanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(item[NanosecondsAt..]);
        return new SeenVersion(
            BinaryPrimitives.ReadUInt128LittleEndian(item),
            size < 0 ? null : size,
            nanoseconds == uint.MaxValue ? null : new UnixTime(BinaryPrimitives.ReadInt64LittleEndian(item[SecondsAt..]), nanoseconds),
            Encoding.UTF8.GetString(item[TypeAt..]));
    }

    internal void WriteTo(IBufferWriter<byte> writer)
    {
        Span<byte> head = writer.GetSpan(TypeAt);
        BinaryPrimitives.WriteUInt128LittleEndian(head, Identity);
        BinaryPrimitives.WriteInt64LittleEndian(head[SizeAt..], Size ?? -1);
        BinaryPrimitives.WriteInt64LittleEndian(head[SecondsAt..], Mtime?.Seconds ?? 0);
        BinaryPrimitives.WriteUInt32LittleEndian(head[NanosecondsAt..], Mtime?.Nanoseconds ?? uint.MaxValue);
        writer.Advance(TypeAt);
        writer.Write(Encoding.UTF8.GetBytes(Type));
    }

    /// <summary>A hash of what makes a version: type, mode, owner, size, time of the last change, target, device and content. What a save finds anew each time,
    /// such as the number of links, is none of it.</summary>
    private static UInt128 IdentityOf(StoredEntry stored)
    {
        EntryRecord entry = stored.Entry;
        XxHash128 hash = new();
        Append(hash, entry.TypeName);
        Append(hash, entry.Target);
        Append(hash, entry.Mode, entry.Uid, entry.Gid, (ulong?)entry.Size, (ulong?)entry.Mtime?.Seconds, entry.Mtime?.Nanoseconds, entry.RdevMajor,
            entry.RdevMinor, (ulong?)stored.List?.Level);
        Append(hash, stored.List?.Id);
        foreach (ContentPart part in stored.Parts)
        {
            Append(hash, part.Digest);
            Append(hash, (ulong)part.Size);
        }

        return hash.GetCurrentHashAsUInt128();
    }

    private static void Append(XxHash128 hash, ReadOnlySpan<byte> bytes)
    {
        Append(hash, (ulong)bytes.Length);
        hash.Append(bytes);
    }

    private static void Append(XxHash128 hash, Digest? digest)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        bytes.Clear();
        digest?.CopyTo(bytes);
        hash.Append(bytes);
    }

    private static void Append(XxHash128 hash, params ReadOnlySpan<ulong?> numbers)
    {
        Span<byte> bytes = stackalloc byte[9];
        foreach (ulong? number in numbers)
        {
            bytes[0] = number is null ? (byte)0 : (byte)1;
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[1..], number ?? 0);
            hash.Append(bytes);
        }
    }
}
