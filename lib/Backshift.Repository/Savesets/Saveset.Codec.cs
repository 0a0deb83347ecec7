using System.Buffers;
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
    private static Saveset Parse(ReadOnlyMemory<byte> body, string what)
    {
        Saveset saveset = new() { Host = "" };
        try
        {
            MessagePackReader reader = new(body[..EncodedMap.Measure(body)]);
            int count = reader.ReadMapHeader();
            SeenKeys seen = new(stackalloc ulong[SeenKeys.Room], count);
            for (int i = 0; i < count; i++)
            {
                string key = RecordText.ReadString(ref reader, 255, "key");
                seen.Add(System.Text.Encoding.UTF8.GetBytes(key));
                saveset = saveset.WithKey(key, ref reader);
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

        return saveset.Host.Length > 0 ? saveset : throw new BackshiftException(ExitCode.DataError, $"{what}: names no host");
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
        "added" => this with { Added = RecordText.ReadCount(ref reader, long.MaxValue, key) },
        "program" => this with { Program = RecordText.ReadString(ref reader, StreamLimits.Name, key) },
        "save" => this with { Save = RecordText.ReadBytes(ref reader, 16, key) },
        "checkpoint" => this with { Checkpoint = RecordText.ReadCount(ref reader, long.MaxValue, key) },
        "problems" => WithProblems(ref reader),
        "cutter" => this with { Cutter = CutterNote.ReadFrom(ref reader) },
        "bases" => WithBases(ref reader),
        "roots" => WithRoots(ref reader),
        _ => Skip(ref reader),
    };

    private Saveset Skip(ref MessagePackReader reader)
    {
        reader.Skip();
        return this;
    }

    private Saveset WithBases(ref MessagePackReader reader)
    {
        int count = reader.ReadArrayHeader();
        if (count > StreamLimits.Bases)
        {
            throw StoredEntry.Damaged($"names {count} bases, more than {StreamLimits.Bases}");
        }

        List<string> bases = [];
        for (int i = 0; i < count; i++)
        {
            bases.Add(RecordText.ReadString(ref reader, StreamLimits.Name, "base"));
        }

        return this with { Bases = bases };
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
        int count = reader.ReadMapHeader();
        for (int i = 0; i < count; i++)
        {
            switch (RecordText.ReadString(ref reader, 255, "key"))
            {
                case "count": problems = RecordText.ReadCount(ref reader, long.MaxValue, "count"); break;
                case "content": list.Parts = StoredEntry.ReadParts(ref reader); break;
                case "list": list.List = ListReference.ReadFrom(ref reader); break;
                default: reader.Skip(); break;
            }
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
        writer.WriteMapHeader(9 + (Subset is null ? 0 : 1) + (Reason is null ? 0 : 1) + (Root is null ? 0 : 2) + (Cutter is null ? 0 : 1) + (Bases.Count == 0 ? 0 : 1) + (Roots.Count == 0 ? 0 : 1) + (Save.Length == 0 ? 0 : 1) + (Checkpoint == 0 ? 0 : 1));
        writer.Write("host");
        writer.Write(Host);
        if (Subset is not null)
        {
            writer.Write("subset");
            writer.Write(Subset);
        }

        writer.Write("started");
        RecordTime.Write(ref writer, Started);
        writer.Write("finished");
        RecordTime.Write(ref writer, Finished);
        writer.Write("complete");
        writer.Write(Complete);
        if (Reason is not null)
        {
            writer.Write("reason");
            writer.Write(RecordText.Cut(Reason, StreamLimits.Text));
        }

        if (Root is { } root)
        {
            writer.Write("root");
            root.WriteTo(ref writer);
            writer.Write("level");
            writer.Write(Level);
        }

        writer.Write("entries");
        writer.Write(Entries);
        writer.Write("bytes");
        writer.Write(Bytes);
        writer.Write("problems");
        writer.WriteMapHeader(1 + (ProblemList.Parts.Count > 0 ? 1 : 0) + (ProblemList.List is null ? 0 : 1));
        writer.Write("count");
        writer.Write(Problems);
        if (ProblemList.Parts.Count > 0)
        {
            writer.Write("content");
            StoredEntry.WriteParts(ref writer, ProblemList.Parts);
        }

        if (ProblemList.List is not null)
        {
            writer.Write("list");
            ProblemList.List.WriteTo(ref writer);
        }

        writer.Write("added");
        writer.Write(Added);
        if (Cutter is not null)
        {
            writer.Write("cutter");
            Cutter.WriteTo(ref writer);
        }

        if (Bases.Count > 0)
        {
            writer.Write("bases");
            writer.WriteArrayHeader(Bases.Count);
            foreach (string name in Bases)
            {
                writer.Write(name);
            }
        }

        if (Roots.Count > 0)
        {
            writer.Write("roots");
            writer.WriteArrayHeader(Roots.Count);
            foreach (SavedRoot saved in Roots)
            {
                saved.WriteTo(ref writer);
            }
        }

        writer.Write("program");
        writer.Write(Program ?? "");
        if (Save.Length > 0)
        {
            writer.Write("save");
            writer.Write(Save);
        }

        if (Checkpoint > 0)
        {
            writer.Write("checkpoint");
            writer.Write(Checkpoint);
        }

        writer.Flush();
        Parse(body.WrittenMemory, $"saveset {Name}");
        return SmallObject.Encode(new ObjectHeader(ObjectType.Saveset, 0, ObjectName.Random()), body.WrittenSpan);
    }
}
