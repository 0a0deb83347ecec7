using Backshift.Records;
using Backshift.Repository.Savesets;

namespace Backshift.Tools.Report;

/// <summary>The last savesets of a host and subset.</summary>
/// <param name="Owner">host or host/subset.</param>
/// <param name="Latest">The latest, complete or not.</param>
/// <param name="LatestComplete">The latest complete one; null if there is none.</param>
/// <param name="PreviousComplete">The complete one before that; null if there is none.</param>
/// <param name="Problems">The first problems of the latest.</param>
internal sealed record OwnerFacts(
    string Owner, Saveset Latest, Saveset? LatestComplete, Saveset? PreviousComplete, IReadOnlyList<ProblemRecord> Problems);
