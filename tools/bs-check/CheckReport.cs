using System.Text;
using Backshift.Records;
using Backshift.Repository.Checking;
using Backshift.Repository.Findings;
using Backshift.Repository.Repairing;
using Backshift.Tooling;

namespace Backshift.Tools.Check;

/// <summary>What bs-check writes: each finding as it comes, and the counts at the end.</summary>
internal sealed class CheckReport : IDisposable
{
    private const int SaidLimit = 10_000;

    private readonly Tool tool;
    private readonly OutputBuffer output;
    private readonly JsonLine? json;
    private readonly Lock gate = new();
    private readonly HashSet<string> said = [];

    internal CheckReport(Tool tool, bool asJson)
    {
        this.tool = tool;
        output = new OutputBuffer(tool.OpenText());
        json = asJson ? new JsonLine(output, escape: false) : null;
    }

    /// <summary>Writes a finding, unless it was written before: after a repair much is looked at again.</summary>
    internal void Write(Finding finding)
    {
        lock (gate)
        {
            if (!IsNew(finding.ToString()))
            {
                return;
            }

            if (json is null)
            {
                tool.Warn(finding.ToString());
            }
            else
            {
                WriteJson(json, finding);
            }
        }
    }

    private void WriteJson(JsonLine line, Finding finding)
    {
        line.Start();
        line.Text("finding", FindingKinds.WordFor(finding.Kind));
        line.Writer.WriteBoolean("damage", finding.IsDamage);
        line.Text("saveset", finding.Saveset?.Name);
        if (!finding.Path.IsEmpty)
        {
            line.Bytes("path", "path_bytes", finding.Path.Span);
        }

        line.Text("part", finding.Part);
        line.Text("pack", finding.Pack?.ToString());
        line.Text("chunk", finding.Chunk?.ToString());
        line.Text("text", finding.ToString());
        line.End();
        EndLine();
    }

    /// <summary>Reports trouble that is no finding, unless a finding has said the same.</summary>
    internal void Warn(BackshiftException trouble)
    {
        lock (gate)
        {
            if (IsNew(trouble.Message))
            {
                tool.Warn(trouble);
            }
        }
    }

    /// <summary>Says what was done, or what the user can do.</summary>
    internal void Advise(string message, string? hint = null) => tool.Warn(message, hint);

    /// <summary>Says what a repair did, and what it could not do.</summary>
    /// <param name="counts">What it did.</param>
    /// <param name="lost">How many savesets have lost something.</param>
    /// <param name="after">What was found afterwards.</param>
    internal void WriteRepair(RepairCounts counts, int lost, CheckCounts after)
    {
        foreach (string line in Deeds(counts))
        {
            Advise(line);
        }

        if (lost > 0)
        {
            Advise($"{SizeText.Count(lost)} {(lost == 1 ? "saveset has" : "savesets have")} lost what is named above; everything else restores",
                "save again what is still there: that heals older savesets too, and the next bs-check --repair takes their marks away");
        }
        else if (after.Damage > 0)
        {
            Advise("what is named above could not be repaired; savesets that can be read have lost nothing");
        }
    }

    internal void WriteSummary(CheckCounts counts, DataScope scope, RepairCounts? repaired)
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
            json.Number("mended_objects", (ulong?)repaired?.MendedObjects);
            json.Number("rebuilt_runs", (ulong?)repaired?.RebuiltRuns);
            json.Number("salvaged_chunks", (ulong?)repaired?.SalvagedChunks);
            json.Number("copied_bytes", (ulong?)repaired?.CopiedBytes);
            json.Number("newly_condemned", (ulong?)repaired?.CondemnedPacks);
            json.Number("gone_packs", (ulong?)repaired?.GonePacks);
            json.Number("marked_savesets", (ulong?)repaired?.MarkedSavesets);
            json.Number("healed_savesets", (ulong?)repaired?.HealedSavesets);
            json.End();
        }

        EndLine();
    }

    private static IEnumerable<string> Deeds(RepairCounts counts)
    {
        if (counts.MendedObjects > 0)
        {
            yield return counts.MendedObjects == 1 ? "repaired: a small object is made whole from its other copy"
                : $"repaired: {SizeText.Count(counts.MendedObjects)} small objects are made whole from their other copy";
        }

        if (counts.RebuiltRuns > 0)
        {
            yield return $"repaired: {SizeText.Count(counts.RebuiltRuns)} runs of the index are made anew";
        }

        if (counts.SalvagedChunks > 0)
        {
            yield return $"repaired: {SizeText.Count(counts.SalvagedChunks)} chunks are copied out of packs that cannot be opened";
        }

        if (counts.CopiedBytes > 0)
        {
            yield return $"repaired: {SizeText.Bytes(counts.CopiedBytes)} are copied out of packs with damaged blocks";
        }

        if (counts.CondemnedPacks > 0)
        {
            yield return $"repaired: {SizeText.Count(counts.CondemnedPacks)} damaged packs are condemned; later saves store again what they need from them";
        }

        if (counts.GonePacks > 0)
        {
            yield return $"repaired: the index no longer names {SizeText.Count(counts.GonePacks)} packs that are gone";
        }

        if (counts.HealedSavesets > 0)
        {
            yield return $"repaired: {SizeText.Count(counts.HealedSavesets)} savesets that had lost something are whole again";
        }
    }

    // Bounded; beyond it, a line may be written twice.
    private bool IsNew(string text) => said.Count >= SaidLimit || said.Add(text);

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
