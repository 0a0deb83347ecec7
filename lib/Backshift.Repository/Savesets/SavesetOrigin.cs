using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Trees;
using MessagePack;

namespace Backshift.Repository.Savesets;

/// <summary>What a saveset was called before it was renamed; see backshift-repository(5), "Savesets".</summary>
/// <param name="From">The host, or host/subset, that it was saved as.</param>
/// <param name="At">When it was renamed.</param>
public sealed record SavesetOrigin(string From, UnixTime At)
{
    internal static SavesetOrigin ReadFrom(ref MessagePackReader reader)
    {
        string? from = null;
        UnixTime at = default;
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("from"u8)) { from = RecordText.ReadString(ref reader, StreamLimits.Name, "from"); }
            else if (map.Is("at"u8)) { at = RecordTime.Read(ref reader, "at"); }
            else { reader.Skip(); }
        }

        return from is not null ? new SavesetOrigin(from, at) : throw StoredEntry.Damaged("was renamed, and does not say from what");
    }

    internal void WriteTo(ref MessagePackWriter writer)
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Text(ref writer, "from"u8, From);
            map.Time(ref writer, "at"u8, At);
        }
    }
}
