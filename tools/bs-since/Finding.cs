using Backshift.Records;
using Backshift.Repository.Trees;

namespace Backshift.Tools.Since;

/// <summary>The record of a file in the bases.</summary>
/// <param name="Unchanged">The entry that has its content, or null if the file has to be read.</param>
/// <param name="Earlier">The chunks of an earlier version of a file that has to be read, or null.</param>
internal readonly record struct Finding(StoredEntry? Unchanged, IReadOnlyList<EarlierChunk>? Earlier);
