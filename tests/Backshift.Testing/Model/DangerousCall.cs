namespace Backshift.Testing.Model;

/// <summary>A call before which a process had better not sleep for long.</summary>
/// <param name="Kind">Of which processes.</param>
/// <param name="Call">How the call begins.</param>
internal sealed record DangerousCall(ProcessKind Kind, string Call)
{
    internal static DangerousCall SaverPublishes { get; } = new(ProcessKind.Saver, "publish savesets/");

    internal static DangerousCall SaverAnnounces { get; } = new(ProcessKind.Saver, "publish intents/");

    internal static DangerousCall SaverListsCondemned { get; } = new(ProcessKind.Saver, "list Condemned");

    internal static DangerousCall CollectorCondemns { get; } = new(ProcessKind.Collector, "publish condemned/");

    internal static DangerousCall CollectorDeletes { get; } = new(ProcessKind.Collector, "delete packs/");

    /// <summary>Those between what a rule has a process publish and what it has it read, or the reverse.</summary>
    internal static IReadOnlyList<DangerousCall> All { get; } =
    [
        SaverAnnounces, SaverPublishes, SaverListsCondemned, CollectorCondemns, CollectorDeletes,
        new(ProcessKind.Saver, "publish packs/"), new(ProcessKind.Saver, "exists intents/"), new(ProcessKind.Saver, "delete intents/"),
        new(ProcessKind.Collector, "list folders of savesets"), new(ProcessKind.Collector, "list Saveset"), new(ProcessKind.Collector, "list Pack"),
        new(ProcessKind.Collector, "list Intent"), new(ProcessKind.Collector, "list Condemned"), new(ProcessKind.Collector, "delete condemned/"),
        new(ProcessKind.Collector, "publish moved/"), new(ProcessKind.Collector, "list Moved"),
        new(ProcessKind.Expirer, "publish expired/"), new(ProcessKind.Expirer, "delete savesets/"), new(ProcessKind.Expirer, "publish savesets/"),
        new(ProcessKind.Expirer, "list Condemned"), new(ProcessKind.Renamer, "delete savesets/"), new(ProcessKind.Renamer, "publish savesets/"),
    ];

    internal bool Is(ModelProcess process) => process.Kind == Kind && process.Next.StartsWith(Call, StringComparison.Ordinal);
}
