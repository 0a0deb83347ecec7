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
        int count = reader.ReadMapHeader();
        for (int i = 0; i < count; i++)
        {
            switch (RecordText.ReadString(ref reader, 255, "key"))
            {
                case "id": id = StoredEntry.ReadDigest(ref reader); break;
                case "level": level = (int)RecordText.ReadCount(ref reader, TreeLimits.Level, "level"); break;
                default: reader.Skip(); break;
            }
        }

        return new ListReference(id ?? throw StoredEntry.Damaged("a list has no root"), level);
    }

    internal void WriteTo(ref MessagePackWriter writer)
    {
        writer.WriteMapHeader(2);
        writer.WriteString("id"u8);
        Id.WriteTo(ref writer);
        writer.WriteString("level"u8);
        writer.Write(Level);
    }
}
