using Backshift.Repository.Collecting;

namespace Backshift.Testing.Model;

/// <summary>Leads the processes of a schedule, one after the other, to certain calls.</summary>
/// <param name="schedule">Where.</param>
internal sealed class Direction(Schedule schedule)
{
    /// <summary>Whether processes begin on the machine of the disk from now on, where there are two paths to it.</summary>
    internal bool IsNear { set => schedule.BeginsNear = value; }

    /// <summary>Whether a rule is dropped.</summary>
    internal bool Drops(DroppedRule rule) => schedule.Dropped == rule;

    /// <summary>Begins a save.</summary>
    internal ModelProcess Save(SavePlan plan) =>
        schedule.Begin(ProcessKind.Saver, process => new Saver(schedule, process, plan, schedule.Dropped).Run);

    /// <summary>Begins a save of some files.</summary>
    internal ModelProcess Save(string host, params (string Path, int Version)[] files) => Save(new SavePlan { Host = host, Files = files });

    /// <summary>Begins a collection.</summary>
    internal ModelProcess Collect(CollectOptions options) => schedule.Begin(ProcessKind.Collector, process =>
    {
        Collector collector = schedule.NewCollector(process);
        return () => collector.Run(options);
    });

    /// <summary>Expires all savesets of a host.</summary>
    internal void Expire(string host) =>
        End(schedule.Begin(ProcessKind.Expirer, process => new Expirer(schedule, process, schedule.Dropped) { Host = host }.Run));

    /// <summary>Begins to bring an expired saveset back.</summary>
    internal ModelProcess Undo() =>
        schedule.Begin(ProcessKind.Expirer, process => new Expirer(schedule, process, schedule.Dropped) { Undoes = true }.Run);

    /// <summary>All records of moved packs are lost.</summary>
    internal void LoseRecords() => schedule.LoseRecords();

    /// <summary>Pardons all packs that are condemned.</summary>
    internal void Pardon() => End(schedule.Begin(ProcessKind.Pardoner, process => new Pardoner(schedule, process).Run));

    /// <summary>Grants calls of a process until its next one begins so, for the given time.</summary>
    internal void Until(ModelProcess process, string call, int times = 1)
    {
        while (!process.IsEnded && (!process.Next.StartsWith(call, StringComparison.Ordinal) || --times > 0))
        {
            schedule.Go(process);
        }
    }

    /// <summary>Grants all calls of a process.</summary>
    internal void End(ModelProcess process)
    {
        while (!process.IsEnded)
        {
            schedule.Go(process);
        }
    }

    /// <summary>Ends a process before its next call.</summary>
    internal void Crash(ModelProcess process)
    {
        while (!process.IsEnded)
        {
            schedule.Go(process, Grant.CrashBefore);
        }
    }

    /// <summary>Time passes.</summary>
    internal void Pass(TimeSpan time) => schedule.Pass(time);
}
