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

    /// <summary>Whether the other one cuts alike.</summary>
    public bool Matches(CutterNote other) => Name == other.Name && Average == other.Average && Identity.AsSpan().SequenceEqual(other.Identity);

    /// <summary>Reads the map.</summary>
    /// <exception cref="BackshiftException">A value is too long.</exception>
    /// <exception cref="MessagePackSerializationException">A value is of the wrong type.</exception>
    public static CutterNote ReadFrom(ref MessagePackReader reader)
    {
        string name = "";
        long average = 0;
        byte[] identity = [];
        int count = reader.ReadMapHeader();
        for (int i = 0; i < count; i++)
        {
            switch (RecordText.ReadString(ref reader, MaxName, "key"))
            {
                case "name": name = RecordText.ReadString(ref reader, MaxName, "name of a cutter"); break;
                case "average": average = RecordText.ReadCount(ref reader, long.MaxValue, "average"); break;
                case "identity": identity = RecordText.ReadBytes(ref reader, MaxIdentity, "identity"); break;
                default: reader.Skip(); break;
            }
        }

        return new CutterNote(name, average, identity);
    }

    /// <summary>Writes the map.</summary>
    public void WriteTo(ref MessagePackWriter writer)
    {
        writer.WriteMapHeader(3);
        writer.WriteString("name"u8);
        writer.Write(Name);
        writer.WriteString("average"u8);
        writer.Write(Average);
        writer.WriteString("identity"u8);
        writer.Write(Identity);
    }
}
