using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Repository.Collecting;

/// <summary>A condemned list as a collector sees it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Published">When it was published, by the clock of the store.</param>
/// <param name="Reason">Why they were condemned.</param>
/// <param name="Packs">The packs that it names.</param>
/// <param name="Savesets">The savesets that its maker had read.</param>
internal sealed record ListedPacks(ObjectName Name, UnixTime Published, string Reason, IReadOnlyList<ObjectName> Packs, IReadOnlyList<string> Savesets);
