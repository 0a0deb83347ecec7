namespace Backshift.Tools.Parity;

/// <summary>What bs-parity is to do.</summary>
internal sealed record ParityOptions
{
    /// <summary>Size of the parity in percent of the packs; 0 if later saves are to write none.</summary>
    internal required int Share { get; init; }

    /// <summary>Whether parity that is there is verified, and replaced if need be.</summary>
    internal bool Renew { get; init; }

    /// <summary>Whether later saves write parity by themselves.</summary>
    internal bool Keep { get; init; }

    internal bool Json { get; init; }
}
