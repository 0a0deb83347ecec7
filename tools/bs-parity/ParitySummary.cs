using System.Text;
using Backshift.Repository.Protecting;
using Backshift.Tooling;

namespace Backshift.Tools.Parity;

/// <summary>The line that bs-parity prints at the end.</summary>
internal static class ParitySummary
{
    /// <summary>Writes it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="counts">What was done.</param>
    /// <param name="asJson">Whether it is for a program.</param>
    internal static void Write(Stream output, ParityCounts counts, bool asJson)
    {
        OutputBuffer buffer = new(output);
        if (asJson)
        {
            using JsonLine line = new(buffer, escape: false);
            line.Start();
            line.Number("packs", (ulong)counts.Packs);
            line.Number("with_parity", (ulong)counts.Protected);
            line.Number("made", (ulong)counts.Made);
            line.Number("written_bytes", (ulong)counts.Written);
            line.Number("deleted", (ulong)counts.Deleted);
            line.Number("faults", (ulong)counts.Faults);
            line.End();
        }
        else
        {
            string made = $"parity made for {SizeText.Count(counts.Made)} ({SizeText.Bytes(counts.Written)})";
            string deleted = counts.Deleted > 0 ? $"; parity of {SizeText.Count(counts.Deleted)} packs that are gone deleted" : "";
            buffer.Write(Encoding.UTF8.GetBytes(
                $"{SizeText.Count(counts.Packs)} packs, {SizeText.Count(counts.Protected)} with parity: {made}{deleted}"));
        }

        buffer.Write((byte)'\n');
        buffer.Flush();
    }
}
