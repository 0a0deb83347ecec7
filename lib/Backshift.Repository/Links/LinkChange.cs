using System.Buffers;
using Backshift.Records;
using Backshift.Repository.Trees;
using MessagePack;

namespace Backshift.Repository.Links;

/// <summary>How an entry changes when another hard link to the same inode becomes the one that holds the content. Kept in sorters by path, and applied to the
/// entry when it comes.</summary>
internal static class LinkChange
{
    private const byte Link = (byte)'L';
    private const byte Content = (byte)'C';
    private const byte Nothing = (byte)'N';

    /// <summary>It becomes a link to this name.</summary>
    internal static byte[] ToLink(ReadOnlySpan<byte> target) => [Link, .. target];

    /// <summary>It becomes what the entry was that had the content so far.</summary>
    /// <param name="item">That entry as encoded.</param>
    internal static byte[] ToContent(ReadOnlySpan<byte> item) => [Content, .. item];

    /// <summary>It is a link to nothing, and is left out.</summary>
    internal static byte[] ToNothing() => [Nothing];

    /// <summary>The entry, changed; null if it is a link to nothing.</summary>
    internal static StoredEntry? Apply(StoredEntry own, ReadOnlySpan<byte> change)
    {
        switch (change[0])
        {
            case Link:
                own.Entry.Type = EntryType.Link;
                own.Entry.Target = change[1..].ToArray();
                return new StoredEntry(own.Entry);
            case Content:
                return Named(StoredEntry.ReadWhole(change[1..].ToArray()), own.Entry);
            default:
                return null;
        }
    }

    /// <summary>The entry that has the content, under another of its names. Keys that are not known here belong to the name; a name without any takes over
    /// those of the entry.</summary>
    internal static StoredEntry Named(StoredEntry real, EntryRecord name)
    {
        real.Entry.Path = name.Path;
        real.Entry.Unknown = name.Unknown.Count > 0 ? name.Unknown : real.Entry.Unknown;
        return real;
    }

    internal static byte[] Encode(StoredEntry entry)
    {
        ArrayBufferWriter<byte> bytes = new();
        MessagePackWriter writer = new(bytes);
        entry.WriteTo(ref writer);
        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }
}
