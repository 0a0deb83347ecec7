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
        ProblemRecord problem = new(default, null!, 0, null!);
        UnknownKeys unknown = RecordMap.Read(encoded, "problem", ref problem, static (scoped ReadOnlySpan<byte> key, ref MessagePackReader reader, ref ProblemRecord into) =>
        {
            switch (key)
            {
                case var _ when key.SequenceEqual("path"u8): into = into with { Path = new BytePath(RecordText.ReadBytes(ref reader, StreamLimits.ProblemPath, "path")) }; return true;
                case var _ when key.SequenceEqual("stage"u8): into = into with { Stage = RecordText.ReadString(ref reader, StreamLimits.Name, "stage") }; return true;
                case var _ when key.SequenceEqual("errno"u8): into = into with { Errno = (int)RecordText.ReadCount(ref reader, int.MaxValue, "errno") }; return true;
                case var _ when key.SequenceEqual("text"u8): into = into with { Text = RecordText.ReadString(ref reader, StreamLimits.Text, "text") }; return true;
                case var _ when key.SequenceEqual("marks"u8): into = into with { Marks = reader.ReadBoolean() }; return true;
                default: return false;
            }
        });
        if (problem.Stage is null || problem.Text is null)
        {
            throw RecordFrame.Damaged("a problem without a stage or a text");
        }

        return problem.Path.Span.Contains((byte)0) ? throw RecordFrame.Damaged("the path of a problem has a NUL in it") : problem with { Unknown = unknown };
    }

    public void WriteTo(ref MessagePackWriter writer)
    {
        writer.WriteMapHeader(3 + (Path.IsEmpty ? 0 : 1) + (Errno == 0 ? 0 : 1) + (Marks ? 1 : 0) + Unknown.Count);
        writer.WriteString("kind"u8);
        writer.WriteString("problem"u8);
        if (!Path.IsEmpty)
        {
            writer.WriteString("path"u8);
            writer.Write(Path.Span[..Math.Min(Path.Length, StreamLimits.ProblemPath)]);
        }

        writer.WriteString("stage"u8);
        writer.Write(Stage);
        if (Errno != 0)
        {
            writer.WriteString("errno"u8);
            writer.Write(Errno);
        }

        writer.WriteString("text"u8);
        writer.Write(RecordText.Cut(Text, StreamLimits.Text));
        if (Marks)
        {
            writer.WriteString("marks"u8);
            writer.Write(true);
        }

        Unknown.WriteTo(ref writer);
    }

    /// <summary>One line for people: path and what happened, without control bytes.</summary>
    public override string ToString() => Path.IsEmpty ? Shown : $"{Path}: {Shown}";

    private string Shown => Escaping.DisplayText(Text);
}
