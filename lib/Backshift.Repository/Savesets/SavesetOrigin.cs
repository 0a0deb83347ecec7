using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Trees;
using MessagePack;

namespace Backshift.Repository.Savesets;

/// <summary>What a saveset was called before it was renamed; see backshift-repository(5), "Savesets".</summary>
/// <param name="From">The host, or host/subset, that it had before.</param>
/// <param name="At">When it was renamed.</param>
public sealed record SavesetOrigin(string From, UnixTime At)
{
    // As many as anybody renames a saveset while a condemned list still names it; older ones are left out.
    private const int BeforeLimit = 16;

    /// <summary>Those that it had before <see cref="From"/>, the latest first.</summary>
    internal IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>The origin of a saveset that is renamed now.</summary>
    internal static SavesetOrigin Of(Saveset saveset, UnixTime at) => new(saveset.Owner, at)
    {
        Before = saveset.Renamed is { } origin ? [.. origin.Before.Prepend(origin.From).Take(BeforeLimit)] : [],
    };

    internal static SavesetOrigin ReadFrom(ref MessagePackReader reader)
    {
        string? from = null;
        UnixTime at = default;
        List<string> before = [];
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("from"u8)) { from = RecordText.ReadString(ref reader, StreamLimits.Name, "from"); }
            else if (map.Is("at"u8)) { at = RecordTime.Read(ref reader, "at"); }
            else if (map.Is("before"u8)) { before = ReadBefore(ref reader); }
            else { reader.Skip(); }
        }

        return from is not null ? new SavesetOrigin(from, at) { Before = before } : throw StoredEntry.Damaged("was renamed, and does not say from what");
    }

    internal void WriteTo(ref MessagePackWriter writer)
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Text(ref writer, "from"u8, From);
            map.Time(ref writer, "at"u8, At);
            map.Texts(ref writer, "before"u8, Before);
        }
    }

    private static List<string> ReadBefore(ref MessagePackReader reader)
    {
        int count = reader.ReadArrayHeader();
        if (count > BeforeLimit)
        {
            throw StoredEntry.Damaged($"names {count} hosts that it had before, more than {BeforeLimit}");
        }

        List<string> before = [];
        for (int i = 0; i < count; i++)
        {
            before.Add(RecordText.ReadString(ref reader, StreamLimits.Name, "before"));
        }

        return before;
    }
}
