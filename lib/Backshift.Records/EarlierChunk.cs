namespace Backshift.Records;

/// <summary>A chunk of an earlier version of a file that is to be read; see backshift-stream(5), "entry", earlier.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Size">Its length in bytes, at least 1.</param>
public readonly record struct EarlierChunk(Digest Digest, int Size);
