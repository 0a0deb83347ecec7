using Backshift.Repository.Savesets;

namespace Backshift.Tools.Tag;

/// <summary>What is changed, and how it is shown.</summary>
/// <param name="Change">The change; an empty one shows what there is.</param>
/// <param name="Names">The savesets.</param>
/// <param name="DryRun">Whether nothing is changed.</param>
/// <param name="Json">Whether each saveset is written as a JSON object.</param>
/// <param name="Escape">Whether a terminal shows the output.</param>
internal sealed record TagOptions(TagChange Change, IReadOnlyList<string> Names, bool DryRun, bool Json, bool Escape);
