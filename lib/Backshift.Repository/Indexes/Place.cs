using Backshift.Objects;

namespace Backshift.Repository.Indexes;

/// <summary>Where a chunk lies.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="Slot">Its place in the pack's directory.</param>
internal readonly record struct Place(ObjectName Pack, int Slot);
