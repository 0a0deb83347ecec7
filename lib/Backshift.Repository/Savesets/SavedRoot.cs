using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Trees;
using MessagePack;

namespace Backshift.Repository.Savesets;

/// <summary>A root of the walk from which a saveset comes, and how much came from it; see backshift-repository(5), "Savesets".</summary>
/// <param name="Path">The path under which it is kept.</param>
/// <param name="Entries">Number of entries at and below it.</param>
/// <param name="Bytes">Sizes of the files among them, added up.</param>
public readonly record struct SavedRoot(BytePath Path, long Entries, long Bytes)
{
    internal static SavedRoot ReadFrom(ref MessagePackReader reader)
    {
        BytePath path = default;
        long entries = 0, bytes = 0;
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("path"u8)) { path = new BytePath(RecordText.ReadBytes(ref reader, StreamLimits.Path, "root")); }
            else if (map.Is("entries"u8)) { entries = RecordText.ReadCount(ref reader, long.MaxValue, "entries"); }
            else if (map.Is("bytes"u8)) { bytes = RecordText.ReadCount(ref reader, long.MaxValue, "bytes"); }
            else { reader.Skip(); }
        }

        return EntryRecord.IsKeptPath(path.Span) ? new SavedRoot(path, entries, bytes) : throw StoredEntry.Damaged("a root has no path that it can have");
    }

    internal void WriteTo(ref MessagePackWriter writer)
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Bytes(ref writer, "path"u8, Path.Span);
            map.Number(ref writer, "entries"u8, Entries);
            map.Number(ref writer, "bytes"u8, Bytes);
        }
    }
}
