using Backshift.Records;

namespace Backshift.Tools.Rename;

/// <summary>What is renamed.</summary>
/// <param name="From">The old name.</param>
/// <param name="To">The new one.</param>
/// <param name="Join">Whether there may be savesets of the new name.</param>
/// <param name="DryRun">Whether nothing is changed.</param>
/// <param name="Json">Whether each saveset is written as a JSON object.</param>
internal sealed record RenameOptions(OwnerName From, OwnerName To, bool Join, bool DryRun, bool Json)
{
    /// <exception cref="BackshiftException">The two names do not go together.</exception>
    internal void Check()
    {
        if (From == To)
        {
            throw new BackshiftException(ExitCode.Usage, "both names are the same");
        }

        if (From.Subset is null && To.Subset is not null)
        {
            throw new BackshiftException(ExitCode.Usage, "a host with all its subsets cannot become a subset", "name one subset: host/subset");
        }
    }
}
