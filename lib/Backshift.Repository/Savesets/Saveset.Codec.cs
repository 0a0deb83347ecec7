using System.Buffers;
using System.Text;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Trees;
using MessagePack;

namespace Backshift.Repository.Savesets;

public sealed partial record Saveset
{
    /// <summary>Reads the body of a saveset.</summary>
    /// <param name="body">The map.</param>
    /// <param name="what">What to call it in messages.</param>
    /// <exception cref="BackshiftException">A value is not one that it can have.</exception>
    internal static Saveset Parse(ReadOnlyMemory<byte> body, string what)
    {
        Saveset saveset = new() { Host = "" };
        bool hasStarted = false;
        try
        {
            MessagePackReader reader = new(body[..EncodedMap.Measure(body)]);
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                hasStarted |= map.Is("started"u8);
                saveset = saveset.WithKey(Encoding.UTF8.GetString(map.Key), ref reader);
            }
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: {MalformedValue.Fault(e)}", cause: e);
        }

        return saveset.Host.Length == 0 || !hasStarted
            ? throw new BackshiftException(ExitCode.DataError, $"{what}: names no {(hasStarted ? "host" : "time at which it was started")}") : saveset;
    }

    /// <summary>The packs of a saveset, with their names however many they are.</summary>
    /// <inheritdoc cref="Parse"/>
    internal static NeededPacks ReadPacks(ReadOnlyMemory<byte> body, string what)
    {
        NeededPacks packs = NeededPacks.None;
        try
        {
            MessagePackReader reader = new(body[..EncodedMap.Measure(body)]);
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (map.Is("packs"u8)) { packs = NeededPacks.ReadFrom(ref reader, keepsAll: true); }
                else { reader.Skip(); }
            }
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: {MalformedValue.Fault(e)}", cause: e);
        }

        return packs;
    }

    private Saveset WithKey(string key, ref MessagePackReader reader) => key switch
    {
        "host" => this with { Host = RecordText.ReadString(ref reader, StreamLimits.Name, key) },
        "subset" => this with { Subset = RecordText.ReadString(ref reader, StreamLimits.Name, key) },
        "started" => this with { Started = RecordTime.Read(ref reader, key) },
        "finished" => this with { Finished = RecordTime.Read(ref reader, key) },
        "complete" => this with { Complete = reader.ReadBoolean() },
        "reason" => this with { Reason = RecordText.ReadString(ref reader, StreamLimits.Text, key) },
        "root" => this with { Root = StoredEntry.ReadDigest(ref reader) },
        "level" => this with { Level = (int)RecordText.ReadCount(ref reader, TreeLimits.Level, key) },
        "entries" => this with { Entries = RecordText.ReadCount(ref reader, long.MaxValue, key) },
        "bytes" => this with { Bytes = RecordText.ReadCount(ref reader, long.MaxValue, key) },
        "problems" => WithProblems(ref reader),
        "packs" => this with { Packs = NeededPacks.ReadFrom(ref reader) },
        "added" => this with { Added = RecordText.ReadCount(ref reader, long.MaxValue, key) },
        "cutter" => this with { Cutter = CutterNote.ReadFrom(ref reader) },
        "bases" => this with { Bases = ReadWords(ref reader, StreamLimits.Bases, "bases") },
        "program" => this with { Program = RecordText.ReadString(ref reader, StreamLimits.Name, key) },
        "save" => this with { Save = RecordText.ReadExactly(ref reader, StreamLimits.Save, key) },
        "previous" => this with { Previous = PreviousSaveset.ReadFrom(ref reader) },
        "tags" => this with { Tags = ReadTags(ref reader) },
        "renamed" => this with { Renamed = SavesetOrigin.ReadFrom(ref reader) },
        "roots" => WithRoots(ref reader),
        "checkpoint" => this with { Checkpoint = RecordText.ReadCount(ref reader, long.MaxValue, key) },
        _ => Skip(ref reader),
    };

    private Saveset Skip(ref MessagePackReader reader)
    {
        reader.Skip();
        return this;
    }

    private static List<string> ReadWords(ref MessagePackReader reader, int limit, string what)
    {
        int count = reader.ReadArrayHeader();
        if (count > limit)
        {
            throw StoredEntry.Damaged($"names {count} {what}, more than {limit}");
        }

        List<string> words = [];
        for (int i = 0; i < count; i++)
        {
            words.Add(RecordText.ReadString(ref reader, StreamLimits.Name, $"one of its {what}"));
        }

        return words;
    }

    internal static List<string> ReadTags(ref MessagePackReader reader)
    {
        List<string> tags = ReadWords(ref reader, TagRule.CountLimit, "tags");
        return tags.TrueForAll(TagRule.Allows) ? tags : throw StoredEntry.Damaged("has a tag that cannot be one");
    }

    private Saveset WithRoots(ref MessagePackReader reader)
    {
        int count = reader.ReadArrayHeader();
        if (count > StreamLimits.Roots)
        {
            throw StoredEntry.Damaged($"names {count} roots, more than {StreamLimits.Roots}");
        }

        List<SavedRoot> roots = [];
        int bytes = 0;
        for (int i = 0; i < count; i++)
        {
            SavedRoot root = SavedRoot.ReadFrom(ref reader);
            bytes += root.Path.Length;
            if (bytes > StreamLimits.RootBytes)
            {
                throw StoredEntry.Damaged($"names roots longer than {StreamLimits.RootBytes} bytes");
            }

            roots.Add(root);
        }

        return this with { Roots = roots };
    }

    private Saveset WithProblems(ref MessagePackReader reader)
    {
        StoredEntry list = new(ProblemList.Entry);
        long problems = 0;
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("count"u8)) { problems = RecordText.ReadCount(ref reader, long.MaxValue, "count"); }
            else if (map.Is("content"u8)) { list.Parts = StoredEntry.ReadParts(ref reader); }
            else if (map.Is("list"u8)) { list.List = ListReference.ReadFrom(ref reader); }
            else { reader.Skip(); }
        }

        if (list.List is not null && list.Parts.Count > 0)
        {
            throw StoredEntry.Damaged("its problems have both content and list");
        }

        return this with { Problems = problems, ProblemList = list };
    }

    /// <summary>The bytes of the saveset as an object.</summary>
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
            map.Time(ref writer, "started"u8, Started);
            map.Time(ref writer, "finished"u8, Finished);
            if (map.Key(ref writer, "complete"u8))
            {
                writer.Write(Complete);
            }

            map.Text(ref writer, "reason"u8, Reason is null ? null : RecordText.Cut(Reason, StreamLimits.Text));
            map.Digest(ref writer, "root"u8, Root);
            map.Number(ref writer, "level"u8, Root is null ? null : (long?)Level);
            map.Number(ref writer, "entries"u8, Entries);
            map.Number(ref writer, "bytes"u8, Bytes);
            WriteProblems(ref map, ref writer);
            if (map.Key(ref writer, "packs"u8))
            {
                Packs.WriteTo(ref writer);
            }

            map.Number(ref writer, "added"u8, Added);
            if (map.Key(ref writer, "cutter"u8, Cutter is not null))
            {
                Cutter!.WriteTo(ref writer);
            }

            map.Texts(ref writer, "bases"u8, Bases);
            map.Text(ref writer, "program"u8, Program ?? "");
            if (map.Key(ref writer, "save"u8, Save.Length > 0))
            {
                writer.Write(Save);
            }

            if (map.Key(ref writer, "previous"u8, Previous is not null))
            {
                Previous!.WriteTo(ref writer);
            }

            map.Texts(ref writer, "tags"u8, Tags);
            WriteRoots(ref map, ref writer);
            if (map.Key(ref writer, "renamed"u8, Renamed is not null))
            {
                Renamed!.WriteTo(ref writer);
            }

            map.Number(ref writer, "checkpoint"u8, Checkpoint == 0 ? null : (long?)Checkpoint);
        }

        writer.Flush();
        Parse(body.WrittenMemory, $"saveset {Name}");
        return SmallObject.Encode(new ObjectHeader(ObjectType.Saveset, 0, ObjectName.Random()), body.WrittenSpan);
    }

    private void WriteProblems(ref MapWriter map, ref MessagePackWriter writer)
    {
        if (!map.Key(ref writer, "problems"u8))
        {
            return;
        }

        MapWriter problems = default;
        while (problems.NextPass(ref writer))
        {
            problems.Number(ref writer, "count"u8, Problems);
            if (problems.Key(ref writer, "content"u8, ProblemList.Parts.Count > 0))
            {
                StoredEntry.WriteParts(ref writer, ProblemList.Parts);
            }

            if (problems.Key(ref writer, "list"u8, ProblemList.List is not null))
            {
                ProblemList.List!.WriteTo(ref writer);
            }
        }
    }

    private void WriteRoots(ref MapWriter map, ref MessagePackWriter writer)
    {
        if (map.Key(ref writer, "roots"u8, Roots.Count > 0))
        {
            writer.WriteArrayHeader(Roots.Count);
            foreach (SavedRoot saved in Roots)
            {
                saved.WriteTo(ref writer);
            }
        }
    }
}
