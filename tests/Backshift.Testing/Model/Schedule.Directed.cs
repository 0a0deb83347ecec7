using Backshift.Objects;

namespace Backshift.Testing.Model;

/// <summary>What <see cref="Direction"/> may do.</summary>
public sealed partial class Schedule
{
    private bool hasLostRecords;

    /// <summary>The rule that is dropped.</summary>
    internal DroppedRule Dropped => options.Dropped;

    /// <summary>Whether processes that are led begin on the machine of the disk.</summary>
    internal bool BeginsNear { get; set; }

    /// <summary>Begins a process.</summary>
    internal ModelProcess Begin(ProcessKind kind, Func<ModelProcess, Action> bodyOf)
    {
        ModelProcess process = NewProcess(kind, isFree: false);
        Begin(process, bodyOf(process));
        return process;
    }

    /// <summary>What a process does that collects; what it deletes is counted.</summary>
    internal Collector NewCollector(ModelProcess process)
    {
        Collector collector = new(this, process, options.Dropped);
        collectors.Add(process, collector);
        return collector;
    }

    /// <summary>Grants the next call of a process.</summary>
    internal void Go(ModelProcess process)
    {
        result.Steps++;
        store.Pass(TimeSpan.TicksPerSecond);
        Go(process, Grant.Go);
    }

    /// <summary>Saves versions of all files one after the other, of which few are expired by chance before they are many: then most of them are.</summary>
    private void SaveVersions()
    {
        Direction direction = new(this);
        for (versions = 0; versions < random.Next(4, 10); versions++)
        {
            direction.End(direction.Save(
                new SavePlan { Host = "host0", Files = [.. Universe.Paths.SkipLast(1).Select(path => (path, versions))], Deltas = true }));
            Pass(TimeSpan.FromHours(random.Next(1, 20)));
        }

        direction.End(Begin(ProcessKind.Expirer, process => new Expirer(this, process, DroppedRule.None).Run));
        Pass(TimeSpan.FromHours(random.Next(1, 30)));
    }

    /// <summary>All records of moved packs are lost, as by a storage that damages them.</summary>
    internal void LoseRecords()
    {
        hasLostRecords = true;
        store.All(ObjectType.Moved).ForEach(record => store.Remove(record.Path, record.Writer));
    }

    internal void Pass(TimeSpan time) => store.Pass(time.Ticks);
}
