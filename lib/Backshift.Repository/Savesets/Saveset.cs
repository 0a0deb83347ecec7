using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Objects;
using Backshift.Repository.Trees;
using MessagePack;

namespace Backshift.Repository.Savesets;

/// <summary>One backup; see backshift-repository(5), "Savesets".</summary>
public sealed record Saveset
{
    public required string Host { get; init; }

    public string? Subset { get; init; }

    /// <summary>When the saving began; the time in the name.</summary>
    public UnixTime Started { get; init; }

    public UnixTime Finished { get; init; }

    /// <summary>The time as it stands in the name.</summary>
    public string Time { get; init; } = "";

    /// <summary>Whether the stream came to its end.</summary>
    public bool Complete { get; init; }

    /// <summary>What ended an incomplete one.</summary>
    public string? Reason { get; init; }

    /// <summary>Digest of the root of the entry tree; null if there is no entry.</summary>
    public Digest? Root { get; init; }

    public int Level { get; init; }

    public long Entries { get; init; }

    /// <summary>Sizes of the files, added up.</summary>
    public long Bytes { get; init; }

    public long Problems { get; init; }

    /// <summary>The problem records of the stream, as the parts of a file.</summary>
    public StoredEntry ProblemList { get; init; } = new(new EntryRecord { Path = BytePath.Of("problems"), Type = EntryType.File });

    /// <summary>Bytes that this saveset added to the repository.</summary>
    public long Added { get; init; }

    public CutterNote? Cutter { get; init; }

    public IReadOnlyList<string> Bases { get; init; } = [];

    public string? Program { get; init; }

    /// <summary>Random bytes, the same in all that one save records; empty where they are not known.</summary>
    public byte[] Save { get; init; } = [];

    /// <summary>Number of a checkpoint, from 1; 0 for what was recorded when the save had ended.</summary>
    public long Checkpoint { get; init; }

    /// <summary>Its file below the repository's directory; empty before it is published.</summary>
    internal BytePath Place { get; init; }

    /// <summary>host@time or host/subset@time.</summary>
    public string Name => Subset is null ? $"{Host}@{Time}" : $"{Host}/{Subset}@{Time}";

    /// <summary>Reads a saveset.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="path">Its file below the root; the last component is its time.</param>
    /// <exception cref="BackshiftException">It is damaged.</exception>
    /// <exception cref="UnixException">It cannot be read.</exception>
    internal static Saveset Read(RepositoryDirectory repository, BytePath path)
    {
        string what = $"saveset {repository.Root.Join(path)}";
        using UnixFile file = repository.OpenObject(path);
        byte[] body = SmallObject.Read(file, ObjectType.Saveset, what, out _);
        Saveset saveset = new() { Host = "", Place = path, Time = System.Text.Encoding.ASCII.GetString(path.Name) };
        try
        {
            MessagePackReader reader = new(body);
            int count = reader.ReadMapHeader();
            for (int i = 0; i < count; i++)
            {
                saveset = saveset.WithKey(RecordText.ReadString(ref reader, 255, "key"), ref reader);
            }
        }
        catch (Exception e) when (e is MessagePackSerializationException or EndOfStreamException)
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: a value is of the wrong type", cause: e);
        }

        if (saveset.Host.Length == 0)
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: names no host");
        }

        return saveset.IsInItsPlace() ? saveset : throw new BackshiftException(
            ExitCode.DataError,
            $"{what}: is one of another place, {Escaping.Display(System.Text.Encoding.UTF8.GetBytes(saveset.Owner))} at {saveset.Started}",
            "it was moved, renamed or exchanged; give it its own name again");
    }

    /// <summary>Removes the file that was read, or published; nothing happens if it is gone.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    internal void Delete(RepositoryDirectory repository) => repository.Delete(Place);

    private string Owner => Subset is null ? Host : $"{Host}/{Subset}";

    /// <summary>
    /// Whether its name is made of its own host, subset, time and number. One that was put into the place of another would be restored for it, and would be deleted for it.
    /// </summary>
    private bool IsInItsPlace()
    {
        if (!Started.IsCalendar)
        {
            return false;
        }

        BytePath directory = SavesetName.Directory(Host, Subset);
        foreach (int digits in SavesetName.Digits)
        {
            string time = SavesetName.Time(Started, digits);
            if (Place == directory.Join(Checkpoint > 0 ? $"{time}~{Checkpoint}" : time))
            {
                return true;
            }
        }

        return false;
    }

    private Saveset WithKey(string key, ref MessagePackReader reader) => key switch
    {
        "host" => this with { Host = RecordText.ReadString(ref reader, 255, key) },
        "subset" => this with { Subset = RecordText.ReadString(ref reader, 255, key) },
        "started" => this with { Started = RecordTime.Read(ref reader, key) },
        "finished" => this with { Finished = RecordTime.Read(ref reader, key) },
        "complete" => this with { Complete = reader.ReadBoolean() },
        "reason" => this with { Reason = RecordText.ReadString(ref reader, 16384, key) },
        "root" => this with { Root = StoredEntry.ReadDigest(ref reader) },
        "level" => this with { Level = (int)RecordText.ReadCount(ref reader, TreeLimits.Level, key) },
        "entries" => this with { Entries = RecordText.ReadCount(ref reader, long.MaxValue, key) },
        "bytes" => this with { Bytes = RecordText.ReadCount(ref reader, long.MaxValue, key) },
        "added" => this with { Added = RecordText.ReadCount(ref reader, long.MaxValue, key) },
        "program" => this with { Program = RecordText.ReadString(ref reader, 255, key) },
        "save" => this with { Save = RecordText.ReadBytes(ref reader, 16, key) },
        "checkpoint" => this with { Checkpoint = RecordText.ReadCount(ref reader, long.MaxValue, key) },
        "problems" => WithProblems(ref reader),
        "cutter" => this with { Cutter = CutterNote.ReadFrom(ref reader) },
        "bases" => WithBases(ref reader),
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
        List<string> bases = [];
        for (int i = 0; i < count; i++)
        {
            bases.Add(RecordText.ReadString(ref reader, 1024, "base"));
        }

        return this with { Bases = bases };
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

        return this with { Problems = problems, ProblemList = list };
    }

    /// <summary>The bytes of the saveset as an object.</summary>
    internal byte[] Encode()
    {
        ArrayBufferWriter<byte> body = new();
        MessagePackWriter writer = new(body);
        writer.WriteMapHeader(9 + (Subset is null ? 0 : 1) + (Reason is null ? 0 : 1) + (Root is null ? 0 : 2) + (Cutter is null ? 0 : 1) + (Bases.Count == 0 ? 0 : 1) + (Save.Length == 0 ? 0 : 1) + (Checkpoint == 0 ? 0 : 1));
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
            writer.Write(Reason);
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
        return SmallObject.Encode(new ObjectHeader(ObjectType.Saveset, 0, ObjectName.Random()), body.WrittenSpan);
    }
}
