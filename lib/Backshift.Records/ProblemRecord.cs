using System.Buffers;
using Backshift.Posix;
using MessagePack;

namespace Backshift.Records;

/// <summary>Something was skipped, or is not stored as it was; see backshift-stream(5), "problem".</summary>
/// <param name="Path">What it is about, as the user named it; may be empty.</param>
/// <param name="Stage">The program that met it.</param>
/// <param name="Errno">Error number, or 0.</param>
/// <param name="Text">What happened, for people: names in it are escaped.</param>
/// <param name="Marks">Whether it concerns the last entry, which is stored all the same.</param>
public sealed record ProblemRecord(BytePath Path, string Stage, int Errno, string Text, bool Marks = false)
{
    /// <summary>Keys that are not known here.</summary>
    public UnknownKeys Unknown { get; init; }

    /// <exception cref="BackshiftException">A key is missing, or has a value it cannot have.</exception>
    public static ProblemRecord ReadFrom(ReadOnlySequence<byte> encoded)
    {
        ProblemRecord problem = RecordMap.Read(encoded, "a problem record", Read);
        return problem.Path.Span.Contains((byte)0) ? throw RecordFrame.Damaged("the path of a problem has a NUL in it") : problem;
    }

    private static ProblemRecord Read(ref MessagePackReader reader)
    {
        BytePath path = default;
        string? stage = null, text = null;
        int errno = 0;
        bool marks = false;
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("kind"u8)) { reader.Skip(); }
            else if (map.Is("path"u8)) { path = new BytePath(RecordText.ReadBytes(ref reader, StreamLimits.ProblemPath, "path")); }
            else if (map.Is("stage"u8)) { stage = RecordText.ReadString(ref reader, StreamLimits.Name, "stage"); }
            else if (map.Is("errno"u8)) { errno = (int)RecordText.ReadCount(ref reader, int.MaxValue, "errno"); }
            else if (map.Is("text"u8)) { text = RecordText.ReadString(ref reader, StreamLimits.Text, "text"); }
            else if (map.Is("marks"u8)) { marks = reader.ReadBoolean(); }
            else { map.Keep(ref reader); }
        }

        return stage is null || text is null
            ? throw RecordFrame.Damaged("a problem without a stage or a text")
            : new ProblemRecord(path, stage, errno, text, marks) { Unknown = map.Unknown };
    }

    public void WriteTo(ref MessagePackWriter writer)
    {
        string text = RecordText.Cut(Text, StreamLimits.Text);
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Utf8(ref writer, "kind"u8, "problem"u8);
            if (!Path.IsEmpty)
            {
                map.Bytes(ref writer, "path"u8, Path.Span[..Math.Min(Path.Length, StreamLimits.ProblemPath)]);
            }

            map.Text(ref writer, "stage"u8, Stage);
            map.Number(ref writer, "errno"u8, Errno == 0 ? null : Errno);
            map.Text(ref writer, "text"u8, text);
            map.Flag(ref writer, "marks"u8, Marks);
            map.Unknown(ref writer, Unknown);
        }
    }

    /// <summary>One line for people: path and what happened, without control bytes.</summary>
    public override string ToString() => Path.IsEmpty ? Shown : $"{Path}: {Shown}";

    private string Shown => Escaping.DisplayText(Text);
}
