using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Expiring;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.Expire;

/// <summary>Decides what becomes of savesets, writes it, and does it; see bs-expire(1).</summary>
internal sealed class ExpireRun
{
    private readonly RepositoryReader reader;
    private readonly ExpireOptions options;
    private readonly Tool tool;
    private readonly Expiry expiry;
    private bool damaged;
    private bool incomplete;
    private int gone;
    private int dataGone;
    private int stay;
    private int checkpoints;

    internal ExpireRun(RepositoryReader reader, ExpireOptions options, Tool tool)
    {
        this.reader = reader;
        this.options = options;
        this.tool = tool;
        expiry = new Expiry(reader.Directory, tool.Clock, tool.Warn);
    }

    /// <summary>Expires what rules do not keep.</summary>
    internal ExitCode ByRules(CancellationToken cancel)
    {
        List<Saveset> superseded = [];
        List<Saveset> savesets = SavesetCatalog.List(reader.Directory, Damaged, superseded);

        // Nothing lists them, but they would be listed again if the saveset that stands for them were gone.
        foreach (Saveset checkpoint in superseded.Where(IsWanted))
        {
            cancel.ThrowIfCancellationRequested();
            checkpoints++;
            if (!options.DryRun)
            {
                expiry.DeleteSuperseded(checkpoint);
            }
        }

        UnixTime now = UnixTime.Now(tool.Clock);
        List<ExpiryDecision> decisions = [];
        foreach (IGrouping<string, Saveset> owned in savesets.Where(IsWanted).GroupBy(static saveset => saveset.Owner, StringComparer.Ordinal)
            .OrderBy(static group => group.Key, StringComparer.Ordinal))
        {
            Saveset[] group = [.. owned];
            int late = options.Rules.ByStarted ? 0 : ExpiryPlan.CountLate(group);
            if (late > 0)
            {
                incomplete = true;
                tool.Warn($"{Escaping.Display(System.Text.Encoding.UTF8.GetBytes(owned.Key))}: {late} savesets were received more than a day after they were "
                    + "finished, as in a copy that did not keep times: none is expired", "use --by started to go by the times that the host states");
                decisions.AddRange(group.Select(static saveset => Stays(saveset, "received long after it was finished, as in a copy")));
                continue;
            }

            decisions.AddRange(ExpiryPlan.Decide(group, options.Rules, now, options.Zone));
        }

        return Carry(decisions, cancel);
    }

    /// <summary>Expires the named savesets.</summary>
    internal ExitCode ByName(CancellationToken cancel)
    {
        List<Saveset> named = NamedSavesets.Find(reader.Directory, options.Names, ReadNames, tool.Clock, Damaged);
        HashSet<string> last = options.TakesLast ? [] : LastOf(named);

        return Carry([.. named.Select(Decide)], cancel);

        ExpiryDecision Decide(Saveset saveset)
        {
            if (saveset.IsHeld)
            {
                return Refused(saveset, saveset.HasUnreadableTags ? "its tags cannot be read" : "hold", "is on hold", "bs-tag --release ends the hold");
            }

            return last.Contains(saveset.Name)
                ? Refused(saveset, "last complete", "is the last complete saveset, and stays", "--last allows to expire it")
                : new ExpiryDecision(saveset, TimeOf(saveset), ExpiryAction.Goes, "named");
        }
    }

    /// <summary>Brings savesets back.</summary>
    internal ExitCode Undo(CancellationToken cancel)
    {
        List<Saveset> expired = [.. SavesetCatalog.ListExpired(reader.Directory, Damaged),
            .. SavesetCatalog.List(reader.Directory, Damaged).Where(static saveset => saveset.DataExpired is not null)];
        IEnumerable<string> names = options.Names.SelectMany(name => name == NamedSavesets.Input ? ReadNames() : [name]);
        int back = 0;
        foreach (Saveset saveset in NamedSavesets.Listed(expired, [.. names]))
        {
            cancel.ThrowIfCancellationRequested();
            Try(() =>
            {
                Action<Saveset, RepositoryReader> undo = options.DryRun ? expiry.VerifyUndo : expiry.Undo;
                undo(saveset, reader);
                back++;
            });
        }

        using DecisionLines lines = new(new OutputBuffer(tool.OpenText()), options);
        lines.Finish($"{Counted(back, "saveset")} {(options.DryRun ? "can be brought back" : back == 1 ? "is back" : "are back")}");
        lines.Flush();
        return Status;
    }

    private ExitCode Status => damaged ? ExitCode.DataError : incomplete ? ExitCode.Incomplete : ExitCode.Done;

    private static ExpiryDecision Stays(Saveset saveset, string why) => new(saveset, saveset.Received, ExpiryAction.Stays, why);

    private static string Counted(int count, string word) => $"{SizeText.Count(count)} {word}{(count == 1 ? "" : "s")}";

    /// <summary>The names of the last complete savesets of the same hosts and subsets, by each of the times: in a copy all were received at once.</summary>
    private HashSet<string> LastOf(List<Saveset> named)
    {
        HashSet<string> last = [];
        foreach (Saveset one in named.DistinctBy(static saveset => saveset.Owner))
        {
            List<Saveset> all = SavesetCatalog.ListOf(reader.Directory, one.Host, one.Subset, static _ => { });
            foreach (bool byStarted in (bool[])[false, true])
            {
                if (ExpiryPlan.LastComplete(all, new ExpiryRules { ByStarted = byStarted }) is { } complete)
                {
                    last.Add(complete.Name);
                }
            }
        }

        return last;
    }

    private ExitCode Carry(List<ExpiryDecision> decisions, CancellationToken cancel)
    {
        using DecisionLines lines = new(new OutputBuffer(tool.OpenText()), options);
        try
        {
            foreach (ExpiryDecision decision in decisions)
            {
                cancel.ThrowIfCancellationRequested();
                ExpiryDecision done = options.DryRun ? decision : Do(decision);
                gone += done.Action == ExpiryAction.Goes ? 1 : 0;
                dataGone += done.Action == ExpiryAction.DataGoes ? 1 : 0;
                stay += done.Action == ExpiryAction.Stays ? 1 : 0;
                lines.Write(done);
            }

            if (!options.DryRun)
            {
                reader.Directory.VerifyPlace();
            }
        }
        finally
        {
            lines.Finish(Sentence());
            lines.Flush();
        }

        return Status;
    }

    private ExpiryDecision Do(ExpiryDecision decision)
    {
        bool isDone = true;
        bool isTried = Try(() => isDone = decision.Action switch
        {
            ExpiryAction.Goes => expiry.Expire(decision.Saveset),
            ExpiryAction.DataGoes => expiry.ExpireData(decision.Saveset),
            _ => true,
        });
        return !isTried ? decision with { Action = ExpiryAction.Stays, Why = "it could not be expired" }
            : isDone ? decision : decision with { Action = ExpiryAction.Stays, Why = "hold" };
    }

    /// <summary>Does something with one saveset; trouble with it alone does not keep the others back.</summary>
    private bool Try(Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (BackshiftException e) when (e is not StoreException)
        {
            incomplete = true;
            tool.Warn(e);
            return false;
        }
    }

    private ExpiryDecision Refused(Saveset saveset, string why, string said, string hint)
    {
        incomplete = true;
        tool.Warn($"{Escaping.Display(System.Text.Encoding.UTF8.GetBytes(saveset.Name))}: {said}", hint);
        return new ExpiryDecision(saveset, TimeOf(saveset), ExpiryAction.Stays, why);
    }

    private string Sentence()
    {
        string data = dataGone > 0 ? $", the data of {SizeText.Count(dataGone)}" : "";
        string rest = checkpoints > 0 ? $", {Counted(checkpoints, "replaced checkpoint")}" : "";
        return $"{Counted(gone, "saveset")}{data}{rest} {(options.DryRun ? "would be expired" : "expired")}; {SizeText.Count(stay)} stay";
    }

    private bool IsWanted(Saveset saveset) =>
        (options.Host ?? saveset.Host) == saveset.Host && (options.Subset ?? saveset.Subset) == saveset.Subset;

    private UnixTime TimeOf(Saveset saveset) => options.Rules.ByStarted ? saveset.Started : saveset.Received;

    private List<string> ReadNames() => NameLines.Read(tool.OpenInput("names"));

    private void Damaged(BackshiftException trouble)
    {
        damaged = true;
        tool.Warn(trouble);
    }
}
