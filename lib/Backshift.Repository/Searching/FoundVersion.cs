using Backshift.Posix;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Searching;

/// <summary>A version of a file, or of another entry, and the savesets of one host and subset that have it.</summary>
/// <param name="Path">Where it was.</param>
/// <param name="Type">The type, as it stands in the entry.</param>
/// <param name="Size">The size of a file; null for other types.</param>
/// <param name="Mtime">The time of the last change, where it is known.</param>
/// <param name="First">The saveset with which it came.</param>
/// <param name="Last">The last saveset that has it.</param>
/// <param name="End">What came after it.</param>
public sealed record FoundVersion(BytePath Path, string Type, long? Size, UnixTime? Mtime, Saveset First, Saveset Last, VersionEnd End);
