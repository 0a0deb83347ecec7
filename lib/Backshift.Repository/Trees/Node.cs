using Backshift.Records;

namespace Backshift.Repository.Trees;

/// <summary>A node whose head has been read.</summary>
/// <param name="Id">Its digest, for messages.</param>
/// <param name="Bytes">All of it.</param>
/// <param name="Start">Where its items begin.</param>
internal readonly record struct Node(Digest Id, ReadOnlyMemory<byte> Bytes, int Start);
