namespace Backshift.Testing.Model;

/// <summary>What <see cref="Direction"/> may do.</summary>
public sealed partial class Schedule
{
    /// <summary>The rule that is dropped.</summary>
    internal DroppedRule Dropped => options.Dropped;

    /// <summary>Begins a process.</summary>
    internal ModelProcess Begin(ProcessKind kind, Func<ModelProcess, Action> bodyOf)
    {
        ModelProcess process = NewProcess(kind, isFree: false);
        Begin(process, bodyOf(process));
        return process;
    }

    /// <summary>Grants the next call of a process.</summary>
    internal void Go(ModelProcess process)
    {
        result.Steps++;
        store.Pass(TimeSpan.TicksPerSecond);
        Go(process, Grant.Go);
    }

    internal void Pass(TimeSpan time) => store.Pass(time.Ticks);
}
