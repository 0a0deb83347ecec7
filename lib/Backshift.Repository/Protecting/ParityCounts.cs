namespace Backshift.Repository.Protecting;

/// <summary>What was done about the parity of packs.</summary>
public sealed class ParityCounts
{
    /// <summary>Packs in the repository.</summary>
    public long Packs { get; internal set; }

    /// <summary>Packs that have parity now.</summary>
    public long Protected { get; internal set; }

    /// <summary>Packs whose parity was made.</summary>
    public long Made { get; internal set; }

    /// <summary>Bytes of parity that were written.</summary>
    public long Written { get; internal set; }

    /// <summary>Parity of packs that are gone, which was deleted.</summary>
    public long Deleted { get; internal set; }

    /// <summary>Packs that were left without parity because they are damaged, and parity that is damaged and cannot be replaced.</summary>
    public long Faults { get; internal set; }
}
