using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;

namespace Backshift.Repository.Marking;

/// <summary>Is told of a chunk of a file when it is marked; again for each file and saveset that has it, unless these share the node.</summary>
/// <param name="path">The path of the file; empty for what belongs to no file.</param>
/// <param name="offset">Where in the file the chunk begins, in bytes; too small after a part of a list that was met before.</param>
/// <param name="digest">The chunk.</param>
/// <param name="place">The copy of it that is marked.</param>
internal delegate void ContentSighting(BytePath path, long offset, Digest digest, ChunkPlace place);
