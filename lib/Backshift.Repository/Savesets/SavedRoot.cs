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
        SavedRoot root = default;
        int count = reader.ReadMapHeader();
        for (int i = 0; i < count; i++)
        {
            switch (RecordText.ReadString(ref reader, StreamLimits.Name, "key"))
            {
                case "path": root = root with { Path = new BytePath(RecordText.ReadBytes(ref reader, StreamLimits.Path, "root")) }; break;
                case "entries": root = root with { Entries = RecordText.ReadCount(ref reader, long.MaxValue, "entries") }; break;
                case "bytes": root = root with { Bytes = RecordText.ReadCount(ref reader, long.MaxValue, "bytes") }; break;
                default: reader.Skip(); break;
            }
        }

        return EntryRecord.IsKeptPath(root.Path.Span) ? root : throw StoredEntry.Damaged("a root has no path that it can have");
    }

    internal void WriteTo(ref MessagePackWriter writer)
    {
        writer.WriteMapHeader(3);
        writer.Write("path");
        writer.Write(Path.Span);
        writer.Write("entries");
        writer.Write(Entries);
        writer.Write("bytes");
        writer.Write(Bytes);
    }
}
