using Backshift.Repository.Checking;
using Backshift.Tooling;

namespace Backshift.Tools.Check;

/// <summary>The line that bs-check prints at the end.</summary>
internal static class CheckSummary
{
    internal static string Of(CheckCounts counts)
    {
        string read = counts.BytesRead > 0 ? $", {SizeText.Bytes(counts.BytesRead)} read" : "";
        string condemned = counts.Condemned > 0 ? $" ({SizeText.Count(counts.Condemned)} condemned)" : "";
        string damage = counts.Damage == 0 ? "no damage" : $"{SizeText.Count(counts.Damage)} damaged";
        return $"{SizeText.Count(counts.Savesets)} savesets, {SizeText.Count(counts.Entries)} entries, {SizeText.Count(counts.Packs)} packs{condemned}, "
            + $"{SizeText.Count(counts.Chunks)} chunks, {SizeText.Count(counts.Runs)} runs{read}: {damage}";
    }
}
