using Backshift.Repository.Savesets;

namespace Backshift.Repository.Measuring;

/// <summary>What a saveset holds that no other does.</summary>
/// <param name="Saveset">The saveset.</param>
/// <param name="UniqueBytes">Bytes of the chunks that it alone needs.</param>
/// <param name="StoredBytes">What these take in the repository: what expiring it would win.</param>
public sealed record SavesetSize(Saveset Saveset, long UniqueBytes, long StoredBytes);
