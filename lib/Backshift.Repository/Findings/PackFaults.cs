using Backshift.Objects;

namespace Backshift.Repository.Findings;

/// <summary>The packs in which a check found damage, for a repair.</summary>
/// <param name="Damaged">Those that can be opened and have damaged blocks, or a damaged header, and are not condemned yet.</param>
/// <param name="Unreadable">Those that cannot be opened, condemned or not.</param>
/// <param name="Gone">Those that the index names and that are not there.</param>
public sealed record PackFaults(IReadOnlySet<ObjectName> Damaged, IReadOnlySet<ObjectName> Unreadable, IReadOnlySet<ObjectName> Gone);
