using Backshift.Records;
using Backshift.Repository.Trees;
using MessagePack;

namespace Backshift.Repository.Savesets;

/// <summary>The latest saveset of the same host and subset when a save began; see backshift-repository(5), "Savesets".</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sum">The SHA-256 at its end, 32 bytes: so a saveset that is missing from the chain, or was exchanged, can be noticed.</param>
public sealed record PreviousSaveset(string Name, byte[] Sum)
{
    internal static PreviousSaveset ReadFrom(ref MessagePackReader reader)
    {
        string? name = null;
        byte[] sum = [];
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("name"u8)) { name = RecordText.ReadString(ref reader, StreamLimits.Name, "name"); }
            else if (map.Is("sum"u8)) { sum = RecordText.ReadBytes(ref reader, Posix.Sha256.HashSizeInBytes, "sum"); }
            else { reader.Skip(); }
        }

        return name is not null && sum.Length == Posix.Sha256.HashSizeInBytes ? new PreviousSaveset(name, sum)
            : throw StoredEntry.Damaged("its previous saveset has no name, or no sum");
    }

    internal void WriteTo(ref MessagePackWriter writer)
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Text(ref writer, "name"u8, Name);
            map.Bytes(ref writer, "sum"u8, Sum);
        }
    }
}
