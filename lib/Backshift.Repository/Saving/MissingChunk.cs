using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Saving;

/// <summary>A reference to a chunk that the repository does not hold.</summary>
public static class MissingChunk
{
    /// <summary>The problem record for the entry with the reference.</summary>
    /// <param name="path">The entry.</param>
    /// <param name="stage">The program that leaves the entry out.</param>
    /// <param name="part">The reference.</param>
    public static ProblemRecord Problem(BytePath path, string stage, ContentPart part) =>
        new(path, stage, 0, $"refers to chunk {part.Digest} of {part.Size} bytes, which the repository does not hold; it is left out");
}
