using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Checking;
using Backshift.Repository.Configuration;
using Backshift.Repository.Repairing;
using Backshift.Repository.Workers;
using Backshift.Tooling;

namespace Backshift.Tools.Check;

/// <summary>What bs-check does, and what it says about it.</summary>
internal sealed class CheckRun
{
    private readonly RepositoryDirectory directory;
    private readonly WorkerPool workers;
    private readonly CheckReport report;
    private readonly Tool tool;
    private readonly CancellationToken cancel;

    internal CheckRun(RepositoryDirectory directory, WorkerPool workers, CheckReport report, Tool tool, CancellationToken cancel)
    {
        this.directory = directory;
        this.workers = workers;
        this.report = report;
        this.tool = tool;
        this.cancel = cancel;
    }

    /// <summary>Checks, and condemns damaged packs if asked.</summary>
    internal ExitCode Check(CheckOptions asked)
    {
        using RepositoryCheck check = new(directory, workers, report.Write);
        DataScope scope = asked.Scope(tool.Clock);
        check.Run(scope, cancel);
        if (asked.MarkDamaged)
        {
            Mark(check);
        }
        else if (check.CanBeRepaired)
        {
            report.Advise("packs or the index are damaged", "bs-check --repair does what can be done about it; saves may go on meanwhile");
        }

        report.WriteSummary(check.Counts, scope, null);
        Record(asked, scope, check.Counts, check.Counts.BytesRead);
        return StatusOf(check.Counts);
    }

    /// <summary>Finds damaged packs, repairs what can be repaired, and then checks what savesets have lost.</summary>
    internal ExitCode Repair(CheckOptions asked)
    {
        long read;
        using Repair repair = Repository.Repairing.Repair.Announce(directory, workers, report.Warn, tool.Clock, cancel);
        repair.MendSmallObjects(report.Write);
        HashSet<string> lost = [];
        using (RepositoryCheck packs = new(directory, workers, report.Write))
        {
            repair.RenewWhile(() => packs.RunOnPacks(DataScope.All, cancel));
            repair.Counts.RebuiltRuns = packs.DamagedRuns;
            packs.RebuildRuns();

            // What parity restores is copied as what is sound.
            repair.RepairPacks(packs.Faults);
            read = packs.Counts.BytesRead;
        }

        using RepositoryCheck check = new(directory, workers, finding =>
        {
            report.Write(finding);
            if (finding is { IsDamage: true, Saveset: { } saveset })
            {
                lost.Add(saveset.Name);
            }
        });
        repair.RenewWhile(() => check.Run(DataScope.Of(check.CondemnedNames), cancel, parity: DataScope.All));
        repair.MarkSavesets(lost);
        report.WriteRepair(repair.Counts, lost.Count, check.Counts);
        report.WriteSummary(check.Counts, DataScope.All, repair.Counts);
        Record(asked, DataScope.All, check.Counts, read);
        return StatusOf(check.Counts);
    }

    /// <summary>Has the repository remember the check, if asked.</summary>
    private void Record(CheckOptions asked, DataScope scope, CheckCounts counts, long bytes)
    {
        if (asked.Record)
        {
            directory.PrepareForWriting();
            PastCheck check = new(UnixTime.Now(tool.Clock), scope.Parts, scope.Parts == 0 ? 0 : scope.Part + 1, counts.Packs, bytes, counts.Damage);
            CheckHistory.Add(directory, check, report.Warn);
        }
    }

    private void Mark(RepositoryCheck check)
    {
        if (check.DamagedRuns > 0)
        {
            report.Advise($"{SizeText.Count(check.DamagedRuns)} runs of the index are rebuilt");
        }

        if (check.DamagedRuns > 0 || check.DamagedPacks > 0)
        {
            check.MarkDamaged(tool.Clock);
        }

        if (check.DamagedPacks > 0)
        {
            report.Advise($"{SizeText.Count(check.DamagedPacks)} packs are condemned as damaged: later saves store again the chunks that they need from them");
        }
    }

    private static ExitCode StatusOf(CheckCounts counts) =>
        counts switch { { Damage: > 0 } => ExitCode.DataError, { Unknown: > 0 } => ExitCode.Incomplete, _ => ExitCode.Done };
}
