using Backshift.Posix;

namespace Backshift.Repository.Savesets;

/// <summary>
/// Skips savesets from the future: one save by a machine whose clock was wrong would be the latest, and the base of all that follow, for years. They are
/// listed, and can be named by their times.
/// </summary>
internal static class FutureSavesets
{
    // The clocks of different machines differ by less, and so do local time and UTC.
    private const long Tolerance = 24 * 60 * 60;

    /// <summary>The beginning of the future.</summary>
    internal static UnixTime Beginning(UnixTime now) => now with { Seconds = now.Seconds + Tolerance };

    /// <summary>The savesets that do not start more than a day after now.</summary>
    /// <param name="savesets">In the order in which they were started.</param>
    /// <param name="now">The present.</param>
    /// <param name="warn">Called once if some are skipped.</param>
    internal static List<Saveset> PassOver(IReadOnlyList<Saveset> savesets, UnixTime now, Action<string> warn)
    {
        List<Saveset> present = [.. savesets.Where(saveset => saveset.Started.Seconds - Tolerance <= now.Seconds)];
        if (present.Count < savesets.Count)
        {
            int count = savesets.Count - present.Count;
            warn($"{savesets[^1].Name}: starts in the future{(count > 1 ? $", as {count - 1} others" : "")}, and is ignored: a clock is or was wrong");
        }

        return present;
    }
}
