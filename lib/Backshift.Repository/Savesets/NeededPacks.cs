using Backshift.Posix;
using Backshift.Records;
using Backshift.Objects;
using Backshift.Repository.Trees;
using MessagePack;

namespace Backshift.Repository.Savesets;

/// <summary>
/// The packs that a saveset needs: their names in ascending order, in the saveset itself while they are few, otherwise as the content of a file; see
/// backshift-repository(5), "Savesets".
/// </summary>
public sealed record NeededPacks
{
    /// <summary>Limit on the names that stand in a saveset itself, in bytes, in a repository that is not sealed.</summary>
    internal const int InPlace = 4096;

    /// <summary>The same in one that is: a program with a collecting key reads no chunks. These are the packs of 2 TiB.</summary>
    internal const int InPlaceSealed = 1 << 20;

    /// <summary>None.</summary>
    public static NeededPacks None { get; } = new();

    /// <summary>How many there are.</summary>
    public long Count { get; init; }

    /// <summary>Their names one after another, if they stand in the saveset; see <see cref="IsLong"/>.</summary>
    internal byte[] Names { get; init; } = [];

    /// <summary>Whether names in the saveset were not kept when it was read, since they are many: thousands of savesets are listed at once.</summary>
    internal bool IsLong { get; private init; }

    /// <summary>What their names are the content of, if they do not.</summary>
    internal StoredEntry? List { get; init; }

    internal static StoredEntry NewList() => new(new EntryRecord { Path = BytePath.Of("packs"), Type = EntryType.File });

    /// <param name="reader">Is at the map.</param>
    /// <param name="keepsAll">Whether names are kept however many they are.</param>
    internal static NeededPacks ReadFrom(ref MessagePackReader reader, bool keepsAll = false)
    {
        long count = 0;
        byte[]? names = null;
        StoredEntry list = NewList();
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("count"u8)) { count = RecordText.ReadCount(ref reader, long.MaxValue / ObjectName.Size, "count"); }
            else if (map.Is("names"u8)) { names = RecordText.ReadBytes(ref reader, InPlaceSealed, "names"); }
            else if (map.Is("content"u8)) { list.Parts = StoredEntry.ReadParts(ref reader); }
            else if (map.Is("list"u8)) { list.List = ListReference.ReadFrom(ref reader); }
            else { reader.Skip(); }
        }

        list.Entry.Size = count * ObjectName.Size;
        bool hasParts = list.Parts.Count > 0;
        if ((names is null ? 0 : 1) + (hasParts ? 1 : 0) + (list.List is null ? 0 : 1) > 1)
        {
            throw StoredEntry.Damaged("its packs stand in two places");
        }

        if (hasParts ? !AddUpTo(list.Parts, count * ObjectName.Size) : list.List is null && (names ?? []).Length != count * ObjectName.Size)
        {
            throw StoredEntry.Damaged($"says that it needs {count} packs, and names another number");
        }

        if (names is not null && !IsAscending(names))
        {
            throw StoredEntry.Damaged("its packs are out of order");
        }

        bool isLong = !keepsAll && names is { Length: > InPlace };
        return new NeededPacks
        {
            Count = count,
            Names = isLong ? [] : names ?? [],
            IsLong = isLong,
            List = hasParts || list.List is not null ? list : null,
        };
    }

    internal void WriteTo(ref MessagePackWriter writer)
    {
        if (IsLong)
        {
            throw new InvalidOperationException("the names were not kept");
        }

        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Number(ref writer, "count"u8, Count);
            if (map.Key(ref writer, "names"u8, List is null))
            {
                writer.Write(Names);
            }

            if (map.Key(ref writer, "content"u8, List is { Parts.Count: > 0 }))
            {
                StoredEntry.WriteParts(ref writer, List!.Parts);
            }

            if (map.Key(ref writer, "list"u8, List?.List is not null))
            {
                List!.List!.WriteTo(ref writer);
            }
        }
    }

    private static bool AddUpTo(IReadOnlyList<ContentPart> parts, long size)
    {
        foreach (ContentPart part in parts)
        {
            if (part.Size > size)
            {
                return false;
            }

            size -= part.Size;
        }

        return size == 0;
    }

    private static bool IsAscending(ReadOnlySpan<byte> names)
    {
        for (int i = ObjectName.Size; i < names.Length; i += ObjectName.Size)
        {
            if (names.Slice(i - ObjectName.Size, ObjectName.Size).SequenceCompareTo(names.Slice(i, ObjectName.Size)) >= 0)
            {
                return false;
            }
        }

        return true;
    }
}
