namespace Backshift.Tools.Parity;

/// <summary>What bs-parity is to do.</summary>
internal sealed record ParityOptions
{
    /// <summary>How many damaged sectors of a hundred are made good: 1 to 100.</summary>
    internal required int Share { get; init; }

    /// <summary>Whether parity that is there is verified, and replaced if need be.</summary>
    internal bool Renew { get; init; }

    /// <summary>Whether later saves write parity by themselves.</summary>
    internal bool Keep { get; init; }

    internal bool Json { get; init; }
}
