using System.Text;
using Backshift.Repository.Copying;
using Backshift.Tooling;

namespace Backshift.Tools.Copy;

/// <summary>The line that bs-copy prints at the end.</summary>
internal static class CopySummary
{
    /// <summary>Writes it.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="counts">What was copied.</param>
    /// <param name="isDryRun">Whether nothing was.</param>
    /// <param name="asJson">Whether it is for a program.</param>
    internal static void Write(OutputBuffer buffer, CopyCounts counts, bool isDryRun, bool asJson)
    {
        if (asJson)
        {
            using JsonLine line = new(buffer, escape: false);
            line.Start();
            line.Number("savesets", (ulong)counts.Savesets);
            line.Number("present", (ulong)counts.Present);
            line.Number("expired", (ulong)counts.Expired);
            line.Number("tagged", (ulong)counts.Tagged);
            line.Number("renamed", (ulong)counts.Renamed);
            line.Number("packs", (ulong)counts.Packs);
            line.Number("pack_bytes", (ulong)counts.PackBytes);
            line.Number("block_bytes", (ulong)counts.BlockBytes);
            line.Number("faults", (ulong)counts.Faults);
            line.End();
        }
        else
        {
            buffer.Write(Encoding.UTF8.GetBytes(Of(counts, isDryRun)));
        }

        buffer.Write((byte)'\n');
        buffer.Flush();
    }

    private static string Of(CopyCounts counts, bool isDryRun)
    {
        string copied = $"{SizeText.Count(counts.Savesets)} saveset{(counts.Savesets == 1 ? "" : "s")} {(isDryRun ? "would be copied" : "copied")}";
        string packs = counts.Packs > 0 ? $"{SizeText.Count(counts.Packs)} pack{(counts.Packs == 1 ? "" : "s")} of {SizeText.Bytes(counts.PackBytes)}" : "";
        string blocks = counts.BlockBytes > 0 ? $"{SizeText.Bytes(counts.BlockBytes)} in new packs" : "";
        string data = string.Join(", and ", ((string[])[packs, blocks]).Where(static part => part.Length > 0));
        string present = counts.Present > 0 ? $"; {SizeText.Count(counts.Present)} there already" : "";
        string expired = counts.Expired > 0 ? $"; {SizeText.Count(counts.Expired)} expired there, and not copied" : "";
        string tagged = counts.Tagged > 0 ? $"; tags of {SizeText.Count(counts.Tagged)} changed" : "";
        string renamed = counts.Renamed > 0 ? $"; {SizeText.Count(counts.Renamed)} renamed" : "";
        string faults = counts.Faults > 0 ? $"; {SizeText.Count(counts.Faults)} could not be copied" : "";
        return $"{copied}{(data.Length > 0 ? $": {data}" : "")}{present}{expired}{tagged}{renamed}{faults}";
    }
}
