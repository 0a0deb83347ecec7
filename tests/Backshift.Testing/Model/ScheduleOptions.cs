namespace Backshift.Testing.Model;

/// <summary>How schedules are made.</summary>
public sealed record ScheduleOptions
{
    /// <summary>For how many calls new processes begin.</summary>
    public int Length { get; init; } = 700;

    /// <summary>Which kind of store; null to draw it.</summary>
    public ModelStore? Store { get; init; }

    /// <summary>Which rule is dropped.</summary>
    public DroppedRule Dropped { get; init; }

    /// <summary>The rule to whose danger the schedule is led, call by call; null for a schedule by chance. See <see cref="Scenarios"/>.</summary>
    public DroppedRule? Scenario { get; init; }

    /// <summary>Is told each call; null for nobody.</summary>
    public Action<string>? Trace { get; init; }
}
