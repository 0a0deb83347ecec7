using System.Buffers;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using MessagePack;

namespace Backshift.Repository.Condemning;

/// <summary>
/// Where that is which savesets needed of packs that were deleted; see backshift-repository(5), "Moved packs". Savesets go on naming these packs, and a program
/// that finds by names what is needed has nothing else to go by.
/// </summary>
internal sealed class MovedPacks
{
    /// <summary>Limit on the packs that one record names as gone.</summary>
    internal const int PackLimit = 100_000;

    /// <summary>Limit on the packs that one of them has moved to, in bytes of their names; more of them stand in another entry.</summary>
    internal const int TargetBytes = 1 << 20;

    // Half of what fits a small object, as entries differ in length.
    private const int RecordBytes = 8 << 20;

    private readonly Dictionary<ObjectName, HashSet<ObjectName>> moved = [];

    /// <summary>The records that were read.</summary>
    internal List<ObjectName> Records { get; } = [];

    /// <summary>Whether all records could be read.</summary>
    internal bool IsWhole { get; private set; } = true;

    /// <summary>How many packs they say have moved.</summary>
    internal int Count => moved.Count;

    /// <summary>Reads all records.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="warn">Is told of one that cannot be read: what it says is not known then, and must not be taken for nothing.</param>
    /// <exception cref="StoreException">They cannot be listed.</exception>
    internal static MovedPacks Read(RepositoryDirectory repository, Action<BackshiftException> warn)
    {
        MovedPacks all = new();
        foreach (ObjectPath path in repository.Store.List(ObjectType.Moved))
        {
            string what = $"record of moved packs {path.Name}";
            try
            {
                if (SmallObject.TryRead(repository.Store, path, what, out ObjectHeader header) is not { } body)
                {
                    // Another collector has put one in its place, which this listing may not show.
                    continue;
                }

                foreach ((ObjectName pack, ObjectName[] targets) in header.Name == path.Name ? Parse(body, what)
                    : throw new BackshiftException(ExitCode.DataError, $"{what}: says that its name is {header.Name}"))
                {
                    all.Add(pack, targets);
                }

                all.Records.Add(path.Name);
            }
            catch (BackshiftException e)
            {
                all.IsWhole = false;
                warn(new BackshiftException(ExitCode.DataError, e.Message, e.Hint ?? "collect once with the key itself, and delete it then", e));
            }
        }

        return all;
    }

    /// <summary>Reads the body of a record.</summary>
    /// <param name="body">The map.</param>
    /// <param name="what">What to call it in messages.</param>
    /// <returns>Each pack, and those that it has moved to.</returns>
    /// <exception cref="BackshiftException">A value is not one that it can have.</exception>
    internal static List<(ObjectName Pack, ObjectName[] Targets)> Parse(byte[] body, string what)
    {
        List<(ObjectName, ObjectName[])>? found = null;
        try
        {
            MessagePackReader reader = new(body.AsMemory(0, EncodedMap.Measure(body)));
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (map.Is("moved"u8)) { found = ReadAll(ref reader); }
                else if (map.Is("made"u8)) { _ = RecordTime.Read(ref reader, "made"); }
                else { reader.Skip(); }
            }
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: {MalformedValue.Fault(e)}", cause: e);
        }

        return found ?? throw new BackshiftException(ExitCode.DataError, $"{what}: names no packs");
    }

    /// <summary>Adds what was found out.</summary>
    internal void Add(ObjectName pack, IEnumerable<ObjectName> targets)
    {
        if (!moved.TryGetValue(pack, out HashSet<ObjectName>? all))
        {
            moved.Add(pack, all = []);
        }

        all.UnionWith(targets);
    }

    /// <summary>Whether it is known where a pack has moved to.</summary>
    internal bool Knows(ObjectName pack) => moved.ContainsKey(pack);

    /// <summary>Where a pack has moved to, directly; nothing where that is not known.</summary>
    internal IReadOnlyCollection<ObjectName> TargetsOf(ObjectName pack) => moved.TryGetValue(pack, out HashSet<ObjectName>? targets) ? targets : [];

    /// <summary>Adds to packs those that they have moved to, and so on.</summary>
    internal void Follow(HashSet<ObjectName> packs)
    {
        Stack<ObjectName> open = new(packs);
        while (open.TryPop(out ObjectName pack))
        {
            foreach (ObjectName target in TargetsOf(pack))
            {
                if (packs.Add(target))
                {
                    open.Push(target);
                }
            }
        }
    }

    /// <summary>What is said of some packs, and nothing of others.</summary>
    internal MovedPacks Of(IReadOnlySet<ObjectName> packs)
    {
        MovedPacks some = new();
        foreach ((ObjectName pack, HashSet<ObjectName> targets) in moved.Where(one => packs.Contains(one.Key)))
        {
            some.Add(pack, targets);
        }

        return some;
    }

    /// <summary>Publishes it, as many records as that takes; none if there is nothing to be said.</summary>
    /// <exception cref="StoreException">One cannot be written or made durable.</exception>
    internal void Publish(RepositoryDirectory repository, TimeProvider clock)
    {
        List<(ObjectName, ObjectName[])> entries = [];
        long bytes = 0;
        foreach ((ObjectName pack, HashSet<ObjectName> targets) in moved.OrderBy(static one => one.Key))
        {
            foreach (ObjectName[] part in targets.Count == 0 ? [[]] : targets.Order().Chunk(TargetBytes / ObjectName.Size))
            {
                if (entries.Count == PackLimit || bytes > RecordBytes)
                {
                    Publish(repository, clock, entries);
                    entries.Clear();
                    bytes = 0;
                }

                entries.Add((pack, part));
                bytes += (part.Length + 2) * ObjectName.Size;
            }
        }

        if (entries.Count > 0)
        {
            Publish(repository, clock, entries);
        }
    }

    private static void Publish(RepositoryDirectory repository, TimeProvider clock, List<(ObjectName Pack, ObjectName[] Targets)> entries)
    {
        ArrayBufferWriter<byte> body = new();
        MessagePackWriter writer = new(body);
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Time(ref writer, "made"u8, UnixTime.Now(clock));
            if (map.Key(ref writer, "moved"u8))
            {
                writer.WriteArrayHeader(entries.Count);
                foreach ((ObjectName pack, ObjectName[] targets) in entries)
                {
                    writer.WriteArrayHeader(2);
                    writer.Write(BytesOf([pack]));
                    writer.Write(BytesOf(targets));
                }
            }
        }

        writer.Flush();
        ObjectName name = ObjectName.Random();
        if (!repository.Store.TryPublish(ObjectPath.Moved(name), SmallObject.Encode(new ObjectHeader(ObjectType.Moved, 0, name), body.WrittenSpan)))
        {
            throw StoreException.NameTwice($"record of moved packs {name}");
        }
    }

    private static byte[] BytesOf(ObjectName[] names)
    {
        byte[] bytes = new byte[names.Length * ObjectName.Size];
        for (int i = 0; i < names.Length; i++)
        {
            names[i].CopyTo(bytes.AsSpan(i * ObjectName.Size));
        }

        return bytes;
    }

    private static List<(ObjectName, ObjectName[])> ReadAll(ref MessagePackReader reader)
    {
        int count = reader.ReadArrayHeader();
        if (count > PackLimit)
        {
            throw new MessagePackSerializationException($"it names {count} packs, more than {PackLimit}");
        }

        List<(ObjectName, ObjectName[])> all = [];
        for (int i = 0; i < count; i++)
        {
            if (reader.ReadArrayHeader() != 2)
            {
                throw new MessagePackSerializationException("an entry of moved is not two values");
            }

            ObjectName pack = ObjectName.Read(RecordText.ReadExactly(ref reader, ObjectName.Size, "moved"));
            byte[] targets = RecordText.ReadBytes(ref reader, TargetBytes, "moved");
            if (targets.Length % ObjectName.Size != 0)
            {
                throw new MessagePackSerializationException($"names of packs have {targets.Length} bytes");
            }

            all.Add((pack, [.. Enumerable.Range(0, targets.Length / ObjectName.Size).Select(at => ObjectName.Read(targets.AsSpan(at * ObjectName.Size)))]));
        }

        return all;
    }
}
