using System.Buffers;
using Backshift.Posix;
using MessagePack;

namespace Backshift.Records;

/// <summary>The first record of a stream; see backshift-stream(5), "begin".</summary>
public sealed class BeginRecord
{
    private const int MaxStages = 1000;

    public string? Host { get; set; }

    public string? Subset { get; set; }

    public UnixTime? Started { get; set; }

    public CutterNote? Cutter { get; set; }

    /// <summary>The programs that the stream came through, the first one first: so that the last can say which of them did not finish.</summary>
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

    /// <exception cref="BackshiftException">The stream is of another version, or a value is of the wrong type.</exception>
    public static BeginRecord ReadFrom(ReadOnlySequence<byte> encoded)
    {
        (BeginRecord Begin, long Version) read = (new BeginRecord(), 0);
        UnknownKeys unknown = RecordMap.Read(encoded, "begin", ref read, static (scoped ReadOnlySpan<byte> key, ref MessagePackReader reader, ref (BeginRecord Begin, long Version) into) =>
        {
            switch (key)
            {
                case var _ when key.SequenceEqual("version"u8): into.Version = RecordText.ReadCount(ref reader, long.MaxValue, "version"); return true;
                case var _ when key.SequenceEqual("host"u8): into.Begin.Host = RecordText.ReadString(ref reader, StreamLimits.Name, "host"); return true;
                case var _ when key.SequenceEqual("subset"u8): into.Begin.Subset = RecordText.ReadString(ref reader, StreamLimits.Name, "subset"); return true;
                case var _ when key.SequenceEqual("started"u8): into.Begin.Started = RecordTime.Read(ref reader, "started"); return true;
                case var _ when key.SequenceEqual("cutter"u8): into.Begin.Cutter = CutterNote.ReadFrom(ref reader); return true;
                case var _ when key.SequenceEqual("stages"u8): into.Begin.Stages = ReadNames(ref reader, MaxStages, "stages"); return true;
                case var _ when key.SequenceEqual("sorted"u8): into.Begin.Sorted = reader.ReadBoolean(); return true;
                case var _ when key.SequenceEqual("bases"u8): into.Begin.Bases = ReadNames(ref reader, StreamLimits.Bases, "bases"); return true;
                case var _ when key.SequenceEqual("estimate"u8): into.Begin.Estimate = EstimateNote.ReadFrom(ref reader); return true;
                case var _ when key.SequenceEqual("roots"u8): into.Begin.Roots = ReadRoots(ref reader); return true;
                default: return false;
            }
        });
        if (read.Version != StreamLimits.Version)
        {
            throw RecordFrame.Damaged($"the stream is of version {read.Version}; this program reads version {StreamLimits.Version}");
        }

        read.Begin.Unknown = unknown;
        return read.Begin;
    }

    public void WriteTo(ref MessagePackWriter writer)
    {
        writer.WriteMapHeader(2 + (Host is null ? 0 : 1) + (Subset is null ? 0 : 1) + (Started is null ? 0 : 1) + (Cutter is null ? 0 : 1) + (Stages.Count == 0 ? 0 : 1) + (Sorted ? 1 : 0) + (Bases.Count == 0 ? 0 : 1) + (Estimate is null ? 0 : 1) + (Roots.Count == 0 ? 0 : 1) + Unknown.Count);
        writer.WriteString("kind"u8);
        writer.WriteString("begin"u8);
        writer.WriteString("version"u8);
        writer.Write(StreamLimits.Version);
        if (Host is not null)
        {
            writer.WriteString("host"u8);
            writer.Write(Host);
        }

        if (Subset is not null)
        {
            writer.WriteString("subset"u8);
            writer.Write(Subset);
        }

        if (Started is { } started)
        {
            writer.WriteString("started"u8);
            RecordTime.Write(ref writer, started);
        }

        if (Cutter is not null)
        {
            writer.WriteString("cutter"u8);
            Cutter.WriteTo(ref writer);
        }

        WriteNames(ref writer, "stages"u8, Stages);
        if (Sorted)
        {
            writer.WriteString("sorted"u8);
            writer.Write(true);
        }

        WriteNames(ref writer, "bases"u8, Bases);
        if (Estimate is not null)
        {
            writer.WriteString("estimate"u8);
            Estimate.WriteTo(ref writer);
        }

        if (Roots.Count > 0)
        {
            writer.WriteString("roots"u8);
            writer.WriteArrayHeader(Roots.Count);
            foreach (BytePath root in Roots)
            {
                writer.Write(root.Span);
            }
        }

        Unknown.WriteTo(ref writer);
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
                throw RecordFrame.Damaged(bytes > StreamLimits.RootBytes ? $"the roots are longer than {StreamLimits.RootBytes} bytes" : $"\"{root}\" cannot be the path of a root");
            }

            roots.Add(root);
        }

        return roots;
    }

    private static void WriteNames(ref MessagePackWriter writer, ReadOnlySpan<byte> key, IReadOnlyList<string> names)
    {
        if (names.Count > 0)
        {
            writer.WriteString(key);
            writer.WriteArrayHeader(names.Count);
            foreach (string name in names)
            {
                writer.Write(name);
            }
        }
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
