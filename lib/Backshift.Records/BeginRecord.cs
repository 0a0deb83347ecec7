using System.Buffers;
using Backshift.Posix;
using MessagePack;

namespace Backshift.Records;

/// <summary>The first record of a stream; see backshift-stream(5), "begin".</summary>
public sealed class BeginRecord
{
    /// <summary>The word that says that list records may come.</summary>
    public const string ListsRequired = "list";

    private const int MaxStages = 1000;

    public string? Host { get; set; }

    public string? Subset { get; set; }

    public UnixTime? Started { get; set; }

    /// <summary>The identity of the save, <see cref="StreamLimits.Save"/> random bytes; empty if the first stage gave it none.</summary>
    public byte[] Save { get; set; } = [];

    /// <summary>Words for what a stage must know to use the stream.</summary>
    public IReadOnlyList<string> Requires { get; set; } = [];

    public CutterNote? Cutter { get; set; }

    /// <summary>The programs that the stream came through, the first one first: so that the last one can name those that did not finish.</summary>
    public IReadOnlyList<string> Stages { get; set; } = [];

    /// <summary>Whether the entries come in the order of an entry tree, each path once.</summary>
    public bool Sorted { get; set; }

    /// <summary>Names of the savesets that were used to skip unchanged files.</summary>
    public IReadOnlyList<string> Bases { get; set; } = [];

    /// <summary>How much the stream will bring, if the first stage knows.</summary>
    public EstimateNote? Estimate { get; set; }

    /// <summary>The paths from which the first stage walked; none where it took a list.</summary>
    public IReadOnlyList<BytePath> Roots { get; set; } = [];

    public UnknownKeys Unknown { get; set; }

    /// <summary>A new identity for a save.</summary>
    public static byte[] NewSave()
    {
        byte[] save = new byte[StreamLimits.Save];
        RandomBytes.Fill(save);
        return save;
    }

    /// <summary>Adds a program that the stream comes through.</summary>
    public void AddStage(string name) => Stages = [.. Stages, name];

    /// <summary>Adds a word for what a stage must know to use the stream.</summary>
    public void Require(string word) => Requires = Requires.Contains(word) ? Requires : [.. Requires, word];

    /// <summary>To be called by every stage that does more than pass the stream on.</summary>
    /// <exception cref="BackshiftException">The stream requires something that this program does not know.</exception>
    public void CheckRequired()
    {
        foreach (string word in Requires)
        {
            if (word != ListsRequired)
            {
                string shown = Escaping.Display(System.Text.Encoding.UTF8.GetBytes(word));
                throw new BackshiftException(ExitCode.DataError, $"the stream requires \"{shown}\", which this program does not know",
                    "a newer Backshift wrote it");
            }
        }
    }

    /// <exception cref="BackshiftException">The stream is of another version, or a value is of the wrong type.</exception>
    public static BeginRecord ReadFrom(ReadOnlySequence<byte> encoded) => RecordMap.Read(encoded, "a begin record", Read);

    private static BeginRecord Read(ref MessagePackReader reader)
    {
        BeginRecord begin = new();
        long version = 0;
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("kind"u8)) { reader.Skip(); }
            else if (map.Is("version"u8)) { version = RecordText.ReadCount(ref reader, long.MaxValue, "version"); }
            else if (map.Is("host"u8)) { begin.Host = RecordText.ReadString(ref reader, StreamLimits.Name, "host"); }
            else if (map.Is("subset"u8)) { begin.Subset = RecordText.ReadString(ref reader, StreamLimits.Name, "subset"); }
            else if (map.Is("started"u8)) { begin.Started = RecordTime.Read(ref reader, "started"); }
            else if (map.Is("save"u8)) { begin.Save = RecordText.ReadExactly(ref reader, StreamLimits.Save, "save"); }
            else if (map.Is("requires"u8)) { begin.Requires = ReadNames(ref reader, StreamLimits.Requires, "words of requires"); }
            else if (map.Is("cutter"u8)) { begin.Cutter = CutterNote.ReadFrom(ref reader); }
            else if (map.Is("stages"u8)) { begin.Stages = ReadNames(ref reader, MaxStages, "stages"); }
            else if (map.Is("sorted"u8)) { begin.Sorted = reader.ReadBoolean(); }
            else if (map.Is("bases"u8)) { begin.Bases = ReadNames(ref reader, StreamLimits.Bases, "bases"); }
            else if (map.Is("estimate"u8)) { begin.Estimate = EstimateNote.ReadFrom(ref reader); }
            else if (map.Is("roots"u8)) { begin.Roots = ReadRoots(ref reader); }
            else { map.Keep(ref reader); }
        }

        if (version != StreamLimits.Version)
        {
            throw RecordFrame.Damaged($"the stream is of version {version}; this program reads version {StreamLimits.Version}");
        }

        begin.Unknown = map.Unknown;
        return begin;
    }

    public void WriteTo(ref MessagePackWriter writer)
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Utf8(ref writer, "kind"u8, "begin"u8);
            map.Number(ref writer, "version"u8, StreamLimits.Version);
            map.Text(ref writer, "host"u8, Host);
            map.Text(ref writer, "subset"u8, Subset);
            map.Time(ref writer, "started"u8, Started);
            if (map.Key(ref writer, "save"u8, Save.Length > 0))
            {
                writer.Write(Save);
            }

            map.Texts(ref writer, "requires"u8, Requires);
            if (map.Key(ref writer, "cutter"u8, Cutter is not null))
            {
                Cutter!.WriteTo(ref writer);
            }

            map.Texts(ref writer, "stages"u8, Stages);
            map.Flag(ref writer, "sorted"u8, Sorted);
            map.Texts(ref writer, "bases"u8, Bases);
            if (map.Key(ref writer, "estimate"u8, Estimate is not null))
            {
                Estimate!.WriteTo(ref writer);
            }

            WriteRoots(ref map, ref writer);
            map.Unknown(ref writer, Unknown);
        }
    }

    private void WriteRoots(ref MapWriter map, ref MessagePackWriter writer)
    {
        if (map.Key(ref writer, "roots"u8, Roots.Count > 0))
        {
            writer.WriteArrayHeader(Roots.Count);
            foreach (BytePath root in Roots)
            {
                writer.Write(root.Span);
            }
        }
    }

    private static List<BytePath> ReadRoots(ref MessagePackReader reader)
    {
        int count = reader.ReadArrayHeader();
        if (count > StreamLimits.Roots)
        {
            throw RecordFrame.Damaged($"there are {count} roots, more than {StreamLimits.Roots}");
        }

        List<BytePath> roots = [];
        int bytes = 0;
        for (int i = 0; i < count; i++)
        {
            BytePath root = new(RecordText.ReadBytes(ref reader, StreamLimits.Path, "root"));
            bytes += root.Length;
            if (!EntryRecord.IsKeptPath(root.Span) || bytes > StreamLimits.RootBytes)
            {
                throw RecordFrame.Damaged(bytes > StreamLimits.RootBytes ? $"the roots are longer than {StreamLimits.RootBytes} bytes"
                    : $"\"{root}\" cannot be the path of a root");
            }

            roots.Add(root);
        }

        return roots;
    }

    private static List<string> ReadNames(ref MessagePackReader reader, int most, string what)
    {
        int count = reader.ReadArrayHeader();
        if (count > most)
        {
            throw RecordFrame.Damaged($"there are {count} {what}, more than {most}");
        }

        List<string> names = [];
        for (int i = 0; i < count; i++)
        {
            names.Add(RecordText.ReadString(ref reader, StreamLimits.Name, $"one of the {what}"));
        }

        return names;
    }
}
