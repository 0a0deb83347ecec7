using MessagePack;

namespace Backshift.Records;

/// <summary>How content was cut; the map "cutter" of a begin record and of a saveset.</summary>
/// <param name="Name">The algorithm, "p16".</param>
/// <param name="Average">Average length of a chunk in bytes.</param>
/// <param name="Identity">Eight bytes that tell one seed from another without giving it away; backshift-repository(5), "Cutter".</param>
public sealed record CutterNote(string Name, long Average, byte[] Identity)
{
    private const int MaxName = 255;
    private const int MaxIdentity = 64;

    /// <summary>Whether the other one cuts in the same way.</summary>
    public bool Matches(CutterNote other) => Name == other.Name && Average == other.Average && Identity.AsSpan().SequenceEqual(other.Identity);

    /// <summary>Reads the map.</summary>
    /// <exception cref="BackshiftException">A value is too long.</exception>
    /// <exception cref="MessagePackSerializationException">A value is of the wrong type.</exception>
    public static CutterNote ReadFrom(ref MessagePackReader reader)
    {
        string name = "";
        long average = 0;
        byte[] identity = [];
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("name"u8)) { name = RecordText.ReadString(ref reader, MaxName, "name of a cutter"); }
            else if (map.Is("average"u8)) { average = RecordText.ReadCount(ref reader, long.MaxValue, "average"); }
            else if (map.Is("identity"u8)) { identity = RecordText.ReadBytes(ref reader, MaxIdentity, "identity"); }
            else { reader.Skip(); }
        }

        return new CutterNote(name, average, identity);
    }

    /// <summary>Writes the map.</summary>
    public void WriteTo(ref MessagePackWriter writer)
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Text(ref writer, "name"u8, Name);
            map.Number(ref writer, "average"u8, Average);
            map.Bytes(ref writer, "identity"u8, Identity);
        }
    }
}
