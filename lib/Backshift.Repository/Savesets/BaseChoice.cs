using Backshift.Posix;

namespace Backshift.Repository.Savesets;

/// <summary>Chooses the earlier savesets that a save can build on.</summary>
public static class BaseChoice
{
    /// <summary>
    /// Up to three savesets of a host and subset, none twice: the newest, the newest complete one, the one with the most entries. So an interrupted
    /// save serves the next one, and a short one does not hide a full one. One whose data was expired is no base: what it refers to may be gone.
    /// </summary>
    /// <param name="savesets">All savesets, in the order in which they were started.</param>
    /// <param name="host">The host.</param>
    /// <param name="subset">The subset, or null.</param>
    /// <param name="clock">The clock: a saveset that starts in the future is no base, since the times of its files do not show whether they have
    /// changed.</param>
    /// <param name="warn">Prints a line for the user.</param>
    public static List<Saveset> Of(IReadOnlyList<Saveset> savesets, string host, string? subset, TimeProvider clock, Action<string> warn)
    {
        List<Saveset> own = FutureSavesets.PassOver([.. savesets.Where(saveset =>
            saveset.Host == host && saveset.Subset == subset && saveset.Root is not null && saveset.DataExpired is null)], UnixTime.Now(clock), warn);
        if (own.Count == 0)
        {
            return [];
        }

        List<Saveset> bases = [own[^1]];
        Saveset? complete = own.FindLast(saveset => saveset.Complete);

        // Of savesets with as many entries the newest: it is one of the two others, most often.
        Saveset largest = own[^1];
        for (int i = own.Count - 2; i >= 0; i--)
        {
            largest = own[i].Entries > largest.Entries ? own[i] : largest;
        }

        foreach (Saveset? candidate in (Saveset?[])[complete, largest])
        {
            if (candidate is not null && !bases.Contains(candidate))
            {
                bases.Add(candidate);
            }
        }

        return bases;
    }
}
