using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Checking;
using Backshift.Repository.Collecting;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Expiring;
using Backshift.Repository.Marking;
using Backshift.Repository.Savesets;

namespace Backshift.Testing.Model;

public sealed partial class Schedule
{
    private const int LastCollections = 16;
    private const int LastByLists = 5;

    private bool IsStrict => options.Dropped == DroppedRule.None;

    /// <summary>A process has ended: how it did must be explained by what happened to it.</summary>
    private void End(ModelProcess process)
    {
        options.Trace?.Invoke($"{process} ends{(process.Failure is { } e ? $": {e.GetType().Name} {e.Message}" : "")}");
        if (IsStrict && FaultOf(process) is { } fault)
        {
            Fault($"{process} ended with {fault}");
        }

        result.Count($"{process.Kind} {(process.IsCrashed ? "crashed" : process.Failure is null ? "done" : "ended with an error")}");
        if (process is { Kind: ProcessKind.Collector, DeletedPacks: > 0 })
        {
            VerifyGood();
        }
    }

    private string? FaultOf(ModelProcess process)
    {
        switch (process.Failure)
        {
            case null or SimulatedCrashException:
                return null;
            case not BackshiftException:
                return process.Failure.ToString();
            case var _ when process.HasFailed:
                return null;
            case BackshiftException { Code: ExitCode.Busy } busy when process.Kind == ProcessKind.Saver:
                result.Count("saves withdrawn");
                return process.IsTakenForDead ? null : busy.Message;
            case BackshiftException { Code: ExitCode.CannotCreate } when process.Kind == ProcessKind.Saver:
                return null;
            case BackshiftException refusal when process.Kind == ProcessKind.Collector:
                return FaultOfRefusal(process, refusal);
            case var e:
                return e.ToString();
        }
    }

    /// <summary>What is wrong with a collector's refusal to delete anything; null if there is reason enough.</summary>
    private string? FaultOfRefusal(ModelProcess process, BackshiftException refusal)
    {
        string kind = refusal.Message.Contains("neither listed nor expired", StringComparison.Ordinal) ? "collections refused: a saveset is not listed"
            : refusal.Message.Contains("there is no saveset", StringComparison.Ordinal) ? "collections refused: no saveset"
            : refusal.Message.Contains("no record says where", StringComparison.Ordinal) ? "collections refused: a name leads nowhere"
            : refusal.Message.Contains("for the first time", StringComparison.Ordinal) ? "collections refused: others may not know of the network"
            : "collections refused: something cannot be read";
        result.Count(kind);
        return kind switch
        {
            "collections refused: a saveset is not listed" => traits.Omits || traits.Lag > 0 || goneSavesets > goneBefore[process] ? null : refusal.Message,
            "collections refused: no saveset" => null,

            // What it was reading has been expired, or withdrawn; or somebody who was taken for dead has left it and never looked again.
            _ => traits.Lag > 0 || hasLostRecords || goneSavesets > goneBefore[process] || store.All(ObjectType.Saveset).Exists(one => !IsSound(one))
                ? null : refusal.ToString(),
        };
    }

    private ModelProcess Inspector() => NewProcess(ProcessKind.Inspector, isFree: true);

    /// <summary>Reads every good saveset.</summary>
    private void VerifyGood()
    {
        ModelProcess inspector = Inspector();
        inspector.RunHere(() =>
        {
            using RepositoryReader reader = RepositoryReader.Open(Open(inspector, DroppedRule.None), static _ => { });
            ILookup<string, Saveset> there = SavesetCatalog.List(reader.Directory, static _ => { }).ToLookup(SavedContent.IdentityOf);
            foreach (SavedContent content in Good())
            {
                if (FaultOf(reader, content, there[content.Identity]) is { } fault && lostBefore.Add(fault))
                {
                    result.Losses.Add($"step {result.Steps}: {fault}");
                }
            }
        });
    }

    /// <summary>What is wrong with a saveset that must be there; null if it is whole under one of its names.</summary>
    private static string? FaultOf(RepositoryReader reader, SavedContent content, IEnumerable<Saveset> savesets)
    {
        string fault = $"{content} is gone";
        foreach (Saveset saveset in savesets)
        {
            try
            {
                string? difference = saveset.DataExpired is not null && content.HasData ? "its data was expired"
                    : SavedContents.Compare(reader, content.IsDataExpired ? saveset with { DataExpired = default(UnixTime) } : saveset, content.Files);
                if (difference is null)
                {
                    return null;
                }

                fault = $"{saveset.Place}: {difference}";
            }
            catch (BackshiftException e)
            {
                fault = $"{saveset.Place}: {e.Message}";
            }
        }

        return fault;
    }

    /// <summary>Whether nobody has a reason to leave a saveset broken: then it is whole, reported or not.</summary>
    private bool IsSound(SharedObject saveset)
    {
        SavedContent? content = saved.GetValueOrDefault(SavedContent.IdentityOf(Saveset.Parse(
            SmallObject.Decode(saveset.Bytes, ObjectType.Saveset, "saveset", out _), "saveset")));
        return content is { WasUndone: false } or null && !saveset.Writer.IsTakenForDead && saveset.Writer.Kind != ProcessKind.Renamer;
    }

    /// <summary>When all processes have ended: everything can be read, and after some undisturbed collections no garbage is left.</summary>
    private void Inspect()
    {
        VerifyGood();
        if (result.Losses.Count > 0 || !IsStrict)
        {
            return;
        }

        try
        {
            ModelProcess inspector = Inspector();
            inspector.RunHere(() => CollectAndCheck(inspector));
        }
        catch (BackshiftException e)
        {
            Fault($"at the end: {e.Message}");
        }

        VerifyGood();
    }

    private void CollectAndCheck(ModelProcess inspector)
    {
        ExpireBroken(inspector);
        ListingLag.Announce(View(inspector, DroppedRule.None));
        Collector collector = new(this, inspector, DroppedRule.None);
        for (int i = 0; i < LastCollections; i++)
        {
            store.Pass(TimeSpan.FromHours(25).Ticks);
            collector.Said.Clear();

            // By lists, too, nothing may be refused once a collection has read the chunks. What it leaves, or condemns by mistake, others end.
            collector.Run(new CollectOptions { Everything = true, ByLists = i == LastByLists });
        }

        if (collector.Counts!.Faults > 0)
        {
            Fault($"the last collection says: {string.Join("; ", collector.Said)}");
        }

        using RepositoryDirectory directory = Open(inspector, DroppedRule.None);
        FindGarbage(directory);
        using RepositoryCheck check = new(directory, Workers, finding => Fault($"check: {finding}"));
        check.Run(readData: true, CancellationToken.None);
    }

    /// <summary>
    /// A saveset that nobody has reported is whole all the same, unless its writer was taken for dead and has crashed before it looked: that one is expired,
    /// as a user would who is told of it.
    /// </summary>
    private void ExpireBroken(ModelProcess inspector)
    {
        using RepositoryReader reader = RepositoryReader.Open(Open(inspector, DroppedRule.None), static _ => { });
        List<Saveset> superseded = [];
        Expiry expiry = new(reader.Directory, inspector.Clock, static e => throw e);
        foreach (Saveset saveset in SavesetCatalog.List(reader.Directory, static _ => { }, superseded).Concat(superseded))
        {
            if (Find(saveset) is { IsGood: true })
            {
                continue;
            }

            try
            {
                if (SavedContents.Compare(reader, saveset, null) is { } difference)
                {
                    Fault(difference);
                }
            }
            catch (BackshiftException e)
            {
                result.Count("savesets left broken by programs that never looked again");
                if (IsSound(store.Find(ObjectPath.Saveset(saveset.Place))!))
                {
                    Fault($"{saveset.Name} was never reported, and is broken: {e.Message}");
                }

                _ = new TagChange { Hold = false }.Publish(reader.Directory, saveset, inspector.Clock, static _ => { });
                _ = expiry.Expire(saveset);
            }
        }
    }

    private void FindGarbage(RepositoryDirectory directory)
    {
        foreach (SharedObject left in store.All(ObjectType.Condemned).Concat(store.All(ObjectType.Intent)).Where(static one => !ListingLag.IsMark(one.Path)))
        {
            Fault($"{left.Path.Path} is left");
        }

        NeededChunks needed = Marker.MarkAll(directory, CondemnedPacks.None, finding => Fault($"mark: {finding}"), CancellationToken.None);
        foreach (ObjectName pack in directory.ListPacks().Where(pack => needed.Of(pack) is null))
        {
            Fault($"pack {pack} is left, and nobody needs it");
        }
    }
}
