using Backshift.Objects;

namespace Backshift.Repository.Collecting;

/// <summary>What a collector sees before it deletes, listed in this order.</summary>
/// <param name="Now">The savesets.</param>
/// <param name="Lists">All condemned lists.</param>
/// <param name="Ready">Those of them whose packs may go if nothing of them is needed; one that must wait once more is taken out.</param>
/// <param name="There">All packs.</param>
internal sealed record LastLook(SavesetView Now, List<ListedPacks> Lists, List<ListedPacks> Ready, HashSet<ObjectName> There);
