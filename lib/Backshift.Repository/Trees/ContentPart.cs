using Backshift.Records;

namespace Backshift.Repository.Trees;

/// <summary>A piece of a file: a chunk, or a hole where there is no digest.</summary>
/// <param name="Digest">The chunk, or null for a hole.</param>
/// <param name="Size">Its length in bytes, at least 1.</param>
public readonly record struct ContentPart(Digest? Digest, long Size);
