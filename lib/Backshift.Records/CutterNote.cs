namespace Backshift.Records;

/// <summary>How content was cut; the map "cutter" of a begin record.</summary>
/// <param name="Name">The algorithm, "p16".</param>
/// <param name="Average">Average length of a chunk in bytes.</param>
/// <param name="Identity">Eight bytes that tell one seed from another without giving it away; backshift-repository(5), "Cutter".</param>
public sealed record CutterNote(string Name, long Average, byte[] Identity)
{
    public bool Matches(CutterNote other) => Name == other.Name && Average == other.Average && Identity.AsSpan().SequenceEqual(other.Identity);
}
