using System.Buffers;
using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using MessagePack;

namespace Backshift.Repository.Savesets;

/// <summary>What was said of a saveset after it was published; see backshift-repository(5), "Tags". The one with the highest number counts.</summary>
public sealed record SavesetTags
{
    /// <summary>Limit on the length of a note, in bytes of UTF-8.</summary>
    public const int NoteLimit = 4096;

    private const int TimeLimit = 64;

    public required string Host { get; init; }

    public string? Subset { get; init; }

    /// <summary>The time of the saveset as it stands in its name, with the number of a checkpoint.</summary>
    public required string Time { get; init; }

    /// <summary>Which are newer, from 1; 0 for those that stand in no object.</summary>
    public long Number { get; init; }

    public UnixTime Made { get; init; }

    /// <summary>The tags, in place of the saveset's own; null if those still count.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    public string? Note { get; init; }

    /// <summary>Whether the saveset must not be expired.</summary>
    public bool Hold { get; init; }

    /// <summary>When the data of the saveset was expired, so that only its metadata is kept; null if all of it is.</summary>
    public UnixTime? DataExpired { get; init; }

    /// <summary>When the repository received the saveset, where its file is a later copy; null where the file itself tells.</summary>
    public UnixTime? Received { get; init; }

    /// <summary>When a repair found that something of the saveset is lost; null if nothing is, as far as is known.</summary>
    public UnixTime? Damaged { get; init; }

    /// <summary>What this takes into account of what was said where the saveset was copied from; null if nothing was taken over.</summary>
    public SourceTags? Source { get; init; }

    /// <summary>Those of a saveset of which nothing was said yet.</summary>
    internal static SavesetTags NoneOf(Saveset saveset) => new() { Host = saveset.Host, Subset = saveset.Subset, Time = saveset.Time };

    /// <summary>Where they lie, below the root.</summary>
    internal BytePath Place => SavesetName.Directory(Host, Subset, ObjectType.Tags).Join($"{Time}~{Number}");

    /// <summary>The saveset with what was said of it.</summary>
    internal Saveset ApplyTo(Saveset saveset) => saveset with
    {
        Tags = Tags ?? saveset.RecordedTags ?? saveset.Tags,
        RecordedTags = saveset.RecordedTags ?? saveset.Tags,
        Note = Note,
        IsHeld = Hold,
        DataExpired = DataExpired,
        Received = Received ?? saveset.Received,
        Damaged = Damaged,
        TagsNumber = Number,
    };

    /// <summary>Reads them; null if they are gone.</summary>
    /// <exception cref="BackshiftException">They are damaged, or those of another saveset.</exception>
    /// <exception cref="StoreException">They cannot be read.</exception>
    internal static SavesetTags? TryRead(RepositoryDirectory repository, BytePath path)
    {
        string what = $"tags {repository.Root.Join(path)}";
        if (SmallObject.TryRead(repository.Store, ObjectPath.Tags(path), what, out _) is not { } body)
        {
            return null;
        }

        SavesetTags tags = Parse(body, what);
        return tags.Place == path ? tags
            : throw new BackshiftException(ExitCode.DataError, $"{what}: are those of another saveset, number {tags.Number} of {Shown(tags)}");
    }

    /// <summary>Reads the body of an object of tags.</summary>
    /// <exception cref="BackshiftException">A value is not one that it can have.</exception>
    internal static SavesetTags Parse(ReadOnlyMemory<byte> body, string what)
    {
        SavesetTags tags = new() { Host = "", Time = "" };
        bool? data = null, sourceHold = null;
        IReadOnlyList<string>? sourceTags = null;
        string? sourceNote = null;
        try
        {
            MessagePackReader reader = new(body[..EncodedMap.Measure(body)]);
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (map.Is("host"u8)) { tags = tags with { Host = RecordText.ReadString(ref reader, StreamLimits.Name, "host") }; }
                else if (map.Is("subset"u8)) { tags = tags with { Subset = RecordText.ReadString(ref reader, StreamLimits.Name, "subset") }; }
                else if (map.Is("time"u8)) { tags = tags with { Time = RecordText.ReadString(ref reader, TimeLimit, "time") }; }
                else if (map.Is("number"u8)) { tags = tags with { Number = RecordText.ReadCount(ref reader, long.MaxValue, "number") }; }
                else if (map.Is("made"u8)) { tags = tags with { Made = RecordTime.Read(ref reader, "made") }; }
                else if (map.Is("tags"u8)) { tags = tags with { Tags = Saveset.ReadTags(ref reader) }; }
                else if (map.Is("note"u8)) { tags = tags with { Note = RecordText.ReadString(ref reader, NoteLimit, "note") }; }
                else if (map.Is("hold"u8)) { tags = tags with { Hold = reader.ReadBoolean() }; }
                else if (map.Is("data"u8)) { data = reader.ReadBoolean(); }
                else if (map.Is("data_expired"u8)) { tags = tags with { DataExpired = RecordTime.Read(ref reader, "data_expired") }; }
                else if (map.Is("received"u8)) { tags = tags with { Received = RecordTime.Read(ref reader, "received") }; }
                else if (map.Is("damaged"u8)) { tags = tags with { Damaged = RecordTime.Read(ref reader, "damaged") }; }
                else if (map.Is("source_tags"u8)) { sourceTags = Saveset.ReadTags(ref reader); }
                else if (map.Is("source_note"u8)) { sourceNote = RecordText.ReadString(ref reader, NoteLimit, "source_note"); }
                else if (map.Is("source_hold"u8)) { sourceHold = reader.ReadBoolean(); }
                else { reader.Skip(); }
            }
        }
        catch (Exception e) when (MalformedValue.IsCauseOf(e))
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: a value is of the wrong type", cause: e);
        }
        catch (BackshiftException e) when (e.Fault is not null)
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: {e.Fault}", cause: e);
        }

        if (tags.Host.Length == 0 || tags.Time.Length == 0 || tags.Number == 0)
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: do not name their saveset, or have no number");
        }

        return tags with
        {
            DataExpired = data == false ? tags.DataExpired ?? tags.Made : null,
            Source = sourceTags is null ? null : new SourceTags(sourceTags, sourceNote, sourceHold == true),
        };
    }

    /// <summary>The bytes of the object.</summary>
    /// <exception cref="BackshiftException">No reader would take it: a fault of the writer that must not be published.</exception>
    internal byte[] Encode()
    {
        ArrayBufferWriter<byte> body = new();
        MessagePackWriter writer = new(body);
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Text(ref writer, "host"u8, Host);
            map.Text(ref writer, "subset"u8, Subset);
            map.Text(ref writer, "time"u8, Time);
            map.Number(ref writer, "number"u8, Number);
            map.Time(ref writer, "made"u8, Made);
            if (map.Key(ref writer, "tags"u8, Tags is not null))
            {
                Write(ref writer, Tags!);
            }

            map.Text(ref writer, "note"u8, Note);
            map.Flag(ref writer, "hold"u8, Hold);
            if (map.Key(ref writer, "data"u8, DataExpired is not null))
            {
                writer.Write(false);
            }

            map.Time(ref writer, "data_expired"u8, DataExpired);
            map.Time(ref writer, "received"u8, Received);
            map.Time(ref writer, "damaged"u8, Damaged);
            if (map.Key(ref writer, "source_tags"u8, Source is not null))
            {
                Write(ref writer, Source!.Tags);
            }

            map.Text(ref writer, "source_note"u8, Source?.Note);
            map.Flag(ref writer, "source_hold"u8, Source?.Hold == true);
        }

        writer.Flush();
        Parse(body.WrittenMemory, $"tags of {Shown(this)}");
        return SmallObject.Encode(new ObjectHeader(ObjectType.Tags, 0, ObjectName.Random()), body.WrittenSpan);
    }

    private static void Write(ref MessagePackWriter writer, IReadOnlyList<string> tags)
    {
        writer.WriteArrayHeader(tags.Count);
        foreach (string tag in tags)
        {
            writer.Write(tag);
        }
    }

    private static string Shown(SavesetTags tags) =>
        Escaping.Display(Encoding.UTF8.GetBytes(tags.Subset is null ? $"{tags.Host}@{tags.Time}" : $"{tags.Host}/{tags.Subset}@{tags.Time}"));
}
