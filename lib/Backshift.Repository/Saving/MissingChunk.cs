using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Saving;

/// <summary>A reference to a chunk that the repository does not hold.</summary>
public static class MissingChunk
{
    /// <summary>The problem of the entry that has the reference.</summary>
    /// <param name="path">The entry.</param>
    /// <param name="stage">The program that leaves it out.</param>
    /// <param name="part">The reference.</param>
    public static ProblemRecord Problem(BytePath path, string stage, ContentPart part) => new(path, stage, 0, Text(part));

    /// <summary>What happened to the entry.</summary>
    public static string Text(ContentPart part) => $"refers to chunk {part.Digest} of {part.Size} bytes, which the repository does not hold; it is left out";
}
