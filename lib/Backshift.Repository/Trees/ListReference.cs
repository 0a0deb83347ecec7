using Backshift.Records;
using MessagePack;

namespace Backshift.Repository.Trees;

/// <summary>The root of a list of parts.</summary>
/// <param name="Id">Digest of the root.</param>
/// <param name="Level">Its level; 0 if it holds the parts themselves.</param>
public sealed record ListReference(Digest Id, int Level)
{
    internal static ListReference ReadFrom(ref MessagePackReader reader)
    {
        Digest? id = null;
        int level = 0;
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("id"u8)) { id = StoredEntry.ReadDigest(ref reader); }
            else if (map.Is("level"u8)) { level = (int)RecordText.ReadCount(ref reader, TreeLimits.Level, "level"); }
            else { reader.Skip(); }
        }

        return new ListReference(id ?? throw StoredEntry.Damaged("a list has no root"), level);
    }

    internal void WriteTo(ref MessagePackWriter writer)
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Digest(ref writer, "id"u8, Id);
            map.Number(ref writer, "level"u8, (long)Level);
        }
    }
}
