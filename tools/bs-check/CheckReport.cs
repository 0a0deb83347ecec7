using System.Text;
using Backshift.Repository.Checking;
using Backshift.Repository.Findings;
using Backshift.Tooling;

namespace Backshift.Tools.Check;

/// <summary>What bs-check writes: each finding as it comes, and the counts at the end.</summary>
internal sealed class CheckReport : IDisposable
{
    private readonly Tool tool;
    private readonly OutputBuffer output;
    private readonly JsonLine? json;

    internal CheckReport(Tool tool, bool asJson)
    {
        this.tool = tool;
        output = new OutputBuffer(tool.OpenText());
        json = asJson ? new JsonLine(output, escape: false) : null;
    }

    internal void Write(Finding finding)
    {
        if (json is null)
        {
            tool.Warn(finding.ToString());
            return;
        }

        json.Start();
        json.Text("finding", FindingKinds.WordFor(finding.Kind));
        json.Writer.WriteBoolean("damage", finding.IsDamage);
        json.Text("saveset", finding.Saveset?.Name);
        if (!finding.Path.IsEmpty)
        {
            json.Bytes("path", "path_bytes", finding.Path.Span);
        }

        json.Text("part", finding.Part);
        json.Text("pack", finding.Pack?.ToString());
        json.Text("chunk", finding.Chunk?.ToString());
        json.Text("text", finding.ToString());
        json.End();
        EndLine();
    }

    internal void WriteSummary(CheckCounts counts, DataScope scope)
    {
        if (json is null)
        {
            output.Write(Encoding.UTF8.GetBytes(Sentence(counts, scope)));
        }
        else
        {
            json.Start();
            json.Number("savesets", (ulong)counts.Savesets);
            json.Number("entries", (ulong)counts.Entries);
            json.Number("packs", (ulong)counts.Packs);
            json.Number("condemned", (ulong)counts.Condemned);
            json.Number("chunks", (ulong)counts.Chunks);
            json.Number("runs", (ulong)counts.Runs);
            json.Number("packs_read", (ulong)counts.PacksRead);
            json.Number("bytes_read", (ulong)counts.BytesRead);
            json.Number("part", scope.Parts > 1 ? (ulong)scope.Part + 1 : null);
            json.Number("parts", scope.Parts > 1 ? (ulong)scope.Parts : null);
            json.Number("unknown", (ulong)counts.Unknown);
            json.Number("damage", (ulong)counts.Damage);
            json.End();
        }

        EndLine();
    }

    private void EndLine()
    {
        output.Write((byte)'\n');
        output.Flush();
    }

    private static string Sentence(CheckCounts counts, DataScope scope)
    {
        string part = scope.Parts > 1 ? $", part {scope.Part + 1} of {scope.Parts} of the data" : "";
        string read = counts.BytesRead > 0 || scope.Parts > 1 ? $"{part}, {SizeText.Bytes(counts.BytesRead)} read" : "";
        string condemned = counts.Condemned > 0 ? $" ({SizeText.Count(counts.Condemned)} condemned)" : "";
        string damage = counts.Damage == 0 ? "no damage" : $"{SizeText.Count(counts.Damage)} damaged";
        return $"{SizeText.Count(counts.Savesets)} savesets, {SizeText.Count(counts.Entries)} entries, {SizeText.Count(counts.Packs)} packs{condemned}, "
            + $"{SizeText.Count(counts.Chunks)} chunks, {SizeText.Count(counts.Runs)} runs{read}: {damage}";
    }

    public void Dispose() => json?.Dispose();
}
