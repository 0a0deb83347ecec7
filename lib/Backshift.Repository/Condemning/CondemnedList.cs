using System.Buffers;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using MessagePack;

namespace Backshift.Repository.Condemning;

/// <summary>Packs that writers no longer build on; see backshift-repository(5), "Condemned packs".</summary>
/// <param name="Made">When it was published.</param>
/// <param name="Reason">Why: <see cref="Damaged"/>, or a word of another program.</param>
/// <param name="Packs">The packs.</param>
public sealed record CondemnedList(UnixTime Made, string Reason, IReadOnlyList<ObjectName> Packs)
{
    /// <summary>The reason of packs in which a check found damage.</summary>
    public const string Damaged = "damaged";

    /// <summary>How many packs a list may name: what fits a small object.</summary>
    internal const int PackLimit = 900_000;

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

        UnixTime made = default;
        string reason = "";
        List<ObjectName> packs = [];
        try
        {
            MessagePackReader reader = new(body.AsMemory(0, EncodedMap.Measure(body)));
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (map.Is("made"u8)) { made = RecordTime.Read(ref reader, "made"); }
                else if (map.Is("reason"u8)) { reason = RecordText.ReadString(ref reader, StreamLimits.Name, "reason"); }
                else if (map.Is("packs"u8)) { ReadPacks(ref reader, packs); }
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

        return new CondemnedList(made, reason, packs);
    }

    /// <summary>Publishes the list.</summary>
    /// <exception cref="StoreException">It cannot be written or made durable.</exception>
    internal void Publish(RepositoryDirectory repository)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Packs.Count, PackLimit);
        ArrayBufferWriter<byte> body = new();
        MessagePackWriter writer = new(body);
        writer.WriteMapHeader(3);
        writer.Write("made");
        RecordTime.Write(ref writer, Made);
        writer.Write("reason");
        writer.Write(Reason);
        writer.Write("packs");
        writer.WriteArrayHeader(Packs.Count);
        foreach (ObjectName pack in Packs)
        {
            writer.WriteBinHeader(ObjectName.Size);
            pack.CopyTo(writer.GetSpan(ObjectName.Size));
            writer.Advance(ObjectName.Size);
        }

        writer.Flush();
        ObjectName name = ObjectName.Random();
        if (!repository.Store.TryPublish(ObjectPath.CondemnedList(name), SmallObject.Encode(new ObjectHeader(ObjectType.Condemned, 0, name), body.WrittenSpan)))
        {
            throw new InvalidOperationException($"condemned list {name}: a random name came twice");
        }
    }

    private static void ReadPacks(ref MessagePackReader reader, List<ObjectName> packs)
    {
        int count = reader.ReadArrayHeader();
        for (int i = 0; i < count; i++)
        {
            byte[] name = RecordText.ReadBytes(ref reader, ObjectName.Size, "pack");
            packs.Add(name.Length == ObjectName.Size ? ObjectName.Read(name)
                : throw new MessagePackSerializationException("a pack's name is of another length"));
        }
    }
}
