using Backshift.Repository.Savesets;

namespace Backshift.Repository.Measuring;

/// <summary>What the savesets of a host hold that no other host does.</summary>
/// <param name="Host">The host.</param>
/// <param name="Savesets">Its savesets, in the order in which they were started.</param>
/// <param name="UniqueBytes">Bytes of the chunks that only its savesets need.</param>
/// <param name="StoredBytes">What these take in the repository.</param>
public sealed record HostSize(string Host, IReadOnlyList<Saveset> Savesets, long UniqueBytes, long StoredBytes);
