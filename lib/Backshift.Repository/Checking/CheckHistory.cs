using System.Buffers;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using MessagePack;

namespace Backshift.Repository.Checking;

/// <summary>The checks that a repository remembers; see backshift-repository(5), "Records of checks".</summary>
/// <param name="Number">Which record is newer, from 1; 0 for none.</param>
/// <param name="Checks">The latest checks, oldest first.</param>
public sealed record CheckHistory(long Number, IReadOnlyList<PastCheck> Checks)
{
    // A check a day for nearly three years, of some 40 bytes each.
    private const int Limit = 1000;
    private const int PartsLimit = 1_000_000_000;

    /// <summary>Reads what is recorded. Where nothing can be read, nothing is known.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="damaged">Receives what cannot be read; an older record may stand for it.</param>
    public static CheckHistory Read(RepositoryDirectory repository, Action<BackshiftException> damaged) => Read(repository, damaged, []);

    /// <summary>Records a check.</summary>
    /// <param name="repository">The repository, to which this program may write.</param>
    /// <param name="check">The check.</param>
    /// <param name="warn">Receives what cannot be read or deleted; the record is made all the same.</param>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public static void Add(RepositoryDirectory repository, PastCheck check, Action<BackshiftException> warn)
    {
        List<ObjectPath> old = [];
        CheckHistory history = Read(repository, warn, old);
        ObjectName name = ObjectName.Random();
        CheckHistory next = new(history.Number + 1, [.. history.Checks.TakeLast(Limit - 1), check]);
        if (!repository.Store.TryPublish(ObjectPath.CheckRecord(name), next.Encode(name)))
        {
            throw StoreException.NameTwice($"record {name}");
        }

        foreach (ObjectPath path in old)
        {
            try
            {
                _ = repository.Store.Delete(path);
            }
            catch (StoreException e)
            {
                // The one with the highest number counts.
                warn(e);
            }
        }
    }

    /// <summary>Reads the body of a record.</summary>
    /// <exception cref="BackshiftException">A value is not one that it can have.</exception>
    internal static CheckHistory Parse(ReadOnlyMemory<byte> body, string what)
    {
        long number = 0;
        List<PastCheck> checks = [];
        try
        {
            MessagePackReader reader = new(body[..EncodedMap.Measure(body)]);
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (map.Is("number"u8)) { number = RecordText.ReadCount(ref reader, long.MaxValue - 1, "number"); }
                else if (map.Is("checks"u8)) { ReadChecks(ref reader, checks); }
                else { reader.Skip(); }
            }
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: a value is of the wrong type or out of its bounds", cause: e);
        }

        return number > 0 && checks.Count > 0 ? new CheckHistory(number, checks)
            : throw new BackshiftException(ExitCode.DataError, $"{what}: has no number, or no check");
    }

    private static CheckHistory Read(RepositoryDirectory repository, Action<BackshiftException> damaged, List<ObjectPath> all)
    {
        CheckHistory newest = new(0, []);
        ObjectName newestName = default;
        try
        {
            all.AddRange(repository.Store.List(ObjectType.CheckRecord));
        }
        catch (BackshiftException e)
        {
            damaged(e);
        }

        foreach (ObjectPath path in all)
        {
            try
            {
                string what = $"record of checks {repository.Root.Join(path.Path)}";
                if (SmallObject.TryRead(repository.Store, path, what, out ObjectHeader header) is not { } body)
                {
                    continue;
                }

                CheckHistory read = header.Name == path.Name ? Parse(body, what)
                    : throw new BackshiftException(ExitCode.DataError, $"{what}: says that its name is {header.Name}");
                if (read.Number > newest.Number || (read.Number == newest.Number && path.Name.CompareTo(newestName) > 0))
                {
                    (newest, newestName) = (read, path.Name);
                }
            }
            catch (BackshiftException e)
            {
                damaged(e);
            }
        }

        return newest;
    }

    private static void ReadChecks(ref MessagePackReader reader, List<PastCheck> checks)
    {
        int count = reader.ReadArrayHeader();
        if (count is 0 or > Limit)
        {
            throw new MessagePackSerializationException("there are none, or too many");
        }

        for (int i = 0; i < count; i++)
        {
            UnixTime? at = null;
            PastCheck check = default;
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (map.Is("at"u8)) { at = RecordTime.Read(ref reader, "at"); }
                else if (map.Is("parts"u8)) { check = check with { Parts = (int)RecordText.ReadCount(ref reader, PartsLimit, "parts") }; }
                else if (map.Is("part"u8)) { check = check with { Part = (int)RecordText.ReadCount(ref reader, PartsLimit, "part") }; }
                else if (map.Is("packs"u8)) { check = check with { Packs = RecordText.ReadCount(ref reader, long.MaxValue, "packs") }; }
                else if (map.Is("bytes"u8)) { check = check with { Bytes = RecordText.ReadCount(ref reader, long.MaxValue, "bytes") }; }
                else if (map.Is("damage"u8)) { check = check with { Damage = RecordText.ReadCount(ref reader, long.MaxValue, "damage") }; }
                else { reader.Skip(); }
            }

            if (at is null || check.Part > check.Parts || (check.Part == 0 && check.Parts > 0))
            {
                throw new MessagePackSerializationException("a check without a time, or of a part that there is not");
            }

            checks.Add(check with { At = at.Value });
        }
    }

    /// <summary>The bytes of the object.</summary>
    internal byte[] Encode(ObjectName name)
    {
        ArrayBufferWriter<byte> body = new();
        MessagePackWriter writer = new(body);
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Number(ref writer, "number"u8, (long?)Number);
            if (map.Key(ref writer, "checks"u8))
            {
                writer.WriteArrayHeader(Checks.Count);
                foreach (PastCheck check in Checks)
                {
                    Write(ref writer, check);
                }
            }
        }

        writer.Flush();
        Parse(body.WrittenMemory, $"record of checks {name}");
        return SmallObject.Encode(new ObjectHeader(ObjectType.CheckRecord, 0, name), body.WrittenSpan);
    }

    private static void Write(ref MessagePackWriter writer, PastCheck check)
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Time(ref writer, "at"u8, check.At);
            map.Number(ref writer, "parts"u8, check.Parts == 0 ? null : (long?)check.Parts);
            map.Number(ref writer, "part"u8, check.Part == 0 ? null : (long?)check.Part);
            map.Number(ref writer, "packs"u8, (long?)check.Packs);
            map.Number(ref writer, "bytes"u8, (long?)check.Bytes);
            map.Number(ref writer, "damage"u8, (long?)check.Damage);
        }
    }
}
