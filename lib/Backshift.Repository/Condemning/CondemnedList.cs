using System.Buffers;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using MessagePack;

namespace Backshift.Repository.Condemning;

/// <summary>Packs that writers no longer build on, and that a collector deletes; see backshift-repository(5), "Collection".</summary>
/// <param name="Made">When it was published.</param>
/// <param name="Reason">Why: <see cref="Damaged"/>, or a word of another program.</param>
/// <param name="Packs">The packs.</param>
public sealed record CondemnedList(UnixTime Made, string Reason, IReadOnlyList<ObjectName> Packs)
{
    /// <summary>The reason of packs in which a check found damage.</summary>
    public const string Damaged = "damaged";

    /// <summary>The reason of packs that no saveset needed when the list was made, or of which what was needed had been copied.</summary>
    public const string Unneeded = "unneeded";

    /// <summary>The reason of packs whose list everybody at work was known to have read: what others had published by then is listed some time later.</summary>
    public const string Known = "known";

    /// <summary>The reason of packs that have been deleted: a listing may show them for a while.</summary>
    public const string Deleted = "deleted";

    /// <summary>How many packs a list may name: what fits a small object, with the savesets.</summary>
    internal const int PackLimit = 500_000;

    /// <summary>Limit on the bytes of all <see cref="Savesets"/>; beyond it a list has none.</summary>
    internal const int SavesetBytes = 6 << 20;

    private const int ReasonLimit = 255;

    // Of a host and a subset of 80 bytes each, all of them escaped, and a time.
    private const int PathLimit = 600;

    // What fits into the bytes above: a path has at least twenty.
    private const int SavesetLimit = 300_000;

    /// <summary>The paths of the savesets that a collector had read: one that is missing from a later listing, and neither expired nor renamed, is a fault of
    /// the listing.</summary>
    public IReadOnlyList<string> Savesets { get; init; } = [];

    /// <summary>Reads a list; null if it is gone.</summary>
    /// <exception cref="BackshiftException">It is damaged.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    internal static CondemnedList? TryRead(RepositoryDirectory repository, ObjectName name)
    {
        string what = $"condemned list {name}";
        if (SmallObject.TryRead(repository.Store, ObjectPath.CondemnedList(name), what, out ObjectHeader header) is not { } body)
        {
            return null;
        }

        if (header.Name != name)
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: says that its name is {header.Name}");
        }

        CondemnedList list = Parse(body, what);
        return list with { Savesets = [.. list.Savesets.Select(repository.Store.Shown)] };
    }

    /// <summary>Reads the body of a list.</summary>
    /// <param name="body">The map.</param>
    /// <param name="what">What to call it in messages.</param>
    /// <exception cref="BackshiftException">A value is not one that it can have.</exception>
    internal static CondemnedList Parse(byte[] body, string what)
    {
        UnixTime made = default;
        string reason = "";
        List<ObjectName> packs = [];
        List<string> savesets = [];
        try
        {
            MessagePackReader reader = new(body.AsMemory(0, EncodedMap.Measure(body)));
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (map.Is("made"u8)) { made = RecordTime.Read(ref reader, "made"); }
                else if (map.Is("reason"u8)) { reason = RecordText.ReadString(ref reader, ReasonLimit, "reason"); }
                else if (map.Is("packs"u8)) { packs = NameArray.Read(ref reader, int.MaxValue, "packs"); }
                else if (map.Is("savesets"u8)) { savesets = ReadSavesets(ref reader); }
                else { reader.Skip(); }
            }
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: {MalformedValue.Fault(e)}", cause: e);
        }

        return new CondemnedList(made, reason, packs) { Savesets = savesets };
    }

    /// <summary>Publishes the list.</summary>
    /// <returns>Its name.</returns>
    /// <exception cref="StoreException">It cannot be written or made durable.</exception>
    internal ObjectName Publish(RepositoryDirectory repository)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Packs.Count, PackLimit);
        ArrayBufferWriter<byte> body = new();
        MessagePackWriter writer = new(body);
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Time(ref writer, "made"u8, Made);
            map.Text(ref writer, "reason"u8, Reason);
            if (map.Key(ref writer, "packs"u8))
            {
                NameArray.Write(ref writer, Packs);
            }

            if (map.Key(ref writer, "savesets"u8, Savesets.Count > 0))
            {
                writer.WriteArrayHeader(Savesets.Count);
                foreach (string saveset in Savesets)
                {
                    writer.Write(repository.Store.Hidden(saveset));
                }
            }
        }

        writer.Flush();
        ObjectName name = ObjectName.Random();
        return repository.Store.TryPublish(ObjectPath.CondemnedList(name),
            SmallObject.Encode(new ObjectHeader(ObjectType.Condemned, 0, name), body.WrittenSpan))
            ? name : throw StoreException.NameTwice($"condemned list {name}");
    }

    /// <summary>Publishes as many lists as the packs need; none if there are none.</summary>
    /// <exception cref="StoreException">One cannot be written or made durable.</exception>
    internal static void PublishAll(RepositoryDirectory repository, TimeProvider clock, string reason, IEnumerable<ObjectName> packs)
    {
        foreach (ObjectName[] some in packs.Order().Chunk(PackLimit))
        {
            new CondemnedList(UnixTime.Now(clock), reason, some).Publish(repository);
        }
    }

    private static List<string> ReadSavesets(ref MessagePackReader reader)
    {
        int count = reader.ReadArrayHeader();
        if (count > SavesetLimit)
        {
            throw new MessagePackSerializationException($"it names {count} savesets, more than {SavesetLimit}");
        }

        List<string> savesets = [];
        for (int i = 0; i < count; i++)
        {
            savesets.Add(RecordText.ReadString(ref reader, PathLimit, "savesets"));
        }

        return savesets;
    }
}
