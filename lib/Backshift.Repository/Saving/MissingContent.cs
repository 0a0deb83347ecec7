using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Saving;

/// <summary>A reference to content that the repository does not hold.</summary>
public static class MissingContent
{
    /// <summary>The problem of the entry that has the reference.</summary>
    /// <param name="path">The entry.</param>
    /// <param name="stage">The program that leaves it out.</param>
    /// <param name="what">What it refers to, and what is wrong with that; see <see cref="Trees.ReferredList"/>.</param>
    public static ProblemRecord Problem(BytePath path, string stage, string what) => new(path, stage, 0, Text(what));

    /// <summary>What happened to the entry.</summary>
    public static string Text(string what) => $"refers to {what}; it is left out";
}
