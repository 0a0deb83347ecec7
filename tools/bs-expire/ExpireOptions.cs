using Backshift.Repository.Expiring;

namespace Backshift.Tools.Expire;

/// <summary>What is expired, and how that is shown.</summary>
internal sealed record ExpireOptions
{
    internal required ExpiryRules Rules { get; init; }

    internal required TimeZoneInfo Zone { get; init; }

    /// <summary>The only host that is looked at, or null.</summary>
    internal string? Host { get; init; }

    /// <summary>The only subset that is looked at, or null.</summary>
    internal string? Subset { get; init; }

    /// <summary>Names that were given; then no rule counts.</summary>
    internal IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Whether the last complete saveset may be expired by its name.</summary>
    internal bool TakesLast { get; init; }

    /// <summary>Whether savesets are brought back.</summary>
    internal bool Undo { get; init; }

    /// <summary>Whether nothing is changed.</summary>
    internal bool DryRun { get; init; }

    /// <summary>Whether each decision is written as a JSON object.</summary>
    internal bool Json { get; init; }

    /// <summary>Whether a terminal shows the output.</summary>
    internal bool Escape { get; init; }
}
