using System.Text;
using Backshift.Repository.Collecting;
using Backshift.Tooling;

namespace Backshift.Tools.Collect;

/// <summary>The line that bs-collect prints at the end.</summary>
internal static class CollectSummary
{
    /// <summary>Writes it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="counts">What was found and done.</param>
    /// <param name="isDryRun">Whether nothing was done.</param>
    /// <param name="asJson">Whether it is for a program.</param>
    internal static void Write(Stream output, CollectCounts counts, bool isDryRun, bool asJson)
    {
        OutputBuffer buffer = new(output);
        if (asJson)
        {
            using JsonLine line = new(buffer, escape: false);
            Write(line, counts);
        }
        else
        {
            buffer.Write(Encoding.UTF8.GetBytes(Of(counts, isDryRun)));
        }

        buffer.Write((byte)'\n');
        buffer.Flush();
    }

    private static string Of(CollectCounts counts, bool isDryRun)
    {
        string found = $"{SizeText.Count(counts.Savesets)} savesets, {Packs(counts.Packs)} of {SizeText.Bytes(counts.Bytes)}: ";
        string unneeded = $"{SizeText.Count(counts.UnneededPacks)} not needed ({SizeText.Bytes(counts.UnneededBytes)})";
        string copied = $"{SizeText.Bytes(counts.CopiedBytes)} of {SizeText.Bytes(counts.RewrittenBytes)} copied";
        string rewritten = counts.RewrittenPacks > 0 ? $", {SizeText.Count(counts.RewrittenPacks)} partly needed ({copied})" : "";
        string again = counts.RecompressedPacks > 0
            ? $", {SizeText.Count(counts.RecompressedPacks)} compressed once more ({SizeText.Bytes(counts.RecompressedBytes)})" : "";
        string left = counts.UnusedBytes is { } unused ? $", {SizeText.Bytes(unused)} unused in others" : "";
        string won = isDryRun ? $"; {SizeText.Bytes(counts.UnneededBytes + counts.RewrittenBytes - counts.CopiedBytes)} would be won"
            : $"; {Packs(counts.DeletedPacks)} deleted, {SizeText.Bytes(counts.DeletedBytes)}";
        string waiting = counts.WaitingPacks > 0 ? $"; {Packs(counts.WaitingPacks)} waiting for {counts.WaitingFor}" : "";
        return found + unneeded + rewritten + again + left + won + waiting;
    }

    private static void Write(JsonLine line, CollectCounts counts)
    {
        line.Start();
        line.Number("savesets", (ulong)counts.Savesets);
        line.Number("packs", (ulong)counts.Packs);
        line.Number("bytes", (ulong)counts.Bytes);
        line.Number("unneeded_packs", (ulong)counts.UnneededPacks);
        line.Number("unneeded_bytes", (ulong)counts.UnneededBytes);
        line.Number("rewritten_packs", (ulong)counts.RewrittenPacks);
        line.Number("rewritten_bytes", (ulong)counts.RewrittenBytes);
        line.Number("copied_bytes", (ulong)counts.CopiedBytes);
        line.Number("plain_deltas", (ulong)counts.PlainDeltas);
        line.Number("recompressed_packs", (ulong)counts.RecompressedPacks);
        line.Number("recompressed_bytes", (ulong)counts.RecompressedBytes);
        if (counts.UnusedBytes is { } unused)
        {
            line.Number("unused_bytes", (ulong)unused);
        }

        line.Number("deleted_packs", (ulong)counts.DeletedPacks);
        line.Number("deleted_bytes", (ulong)counts.DeletedBytes);
        line.Number("forgotten_savesets", (ulong)counts.ForgottenSavesets);
        line.Number("waiting_packs", (ulong)counts.WaitingPacks);
        line.Text("waiting_for", counts.WaitingPacks > 0 ? counts.WaitingFor : null);
        line.Number("faults", (ulong)counts.Faults);
        line.End();
    }

    private static string Packs(long count) => $"{SizeText.Count(count)} {(count == 1 ? "pack" : "packs")}";
}
