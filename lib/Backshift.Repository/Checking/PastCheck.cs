using Backshift.Posix;

namespace Backshift.Repository.Checking;

/// <summary>What is recorded of a check; see backshift-repository(5), "Records of checks".</summary>
/// <param name="At">When it ended.</param>
/// <param name="Parts">Into how many parts the data was divided, one of which was read: 1 if all of it was, 0 if none was.</param>
/// <param name="Part">The number of the part, from 1; 0 if none was read.</param>
/// <param name="Packs">How many packs there were.</param>
/// <param name="Bytes">How many bytes of them were read.</param>
/// <param name="Damage">How much damage was found, and not repaired.</param>
public readonly record struct PastCheck(UnixTime At, int Parts, int Part, long Packs, long Bytes, long Damage);
