using Backshift.Posix;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Expiring;

/// <summary>What becomes of a saveset, and why.</summary>
/// <param name="Saveset">The saveset.</param>
/// <param name="Time">The time that counted.</param>
/// <param name="Action">What becomes of it.</param>
/// <param name="Why">The reason, in words.</param>
public sealed record ExpiryDecision(Saveset Saveset, UnixTime Time, ExpiryAction Action, string Why);
