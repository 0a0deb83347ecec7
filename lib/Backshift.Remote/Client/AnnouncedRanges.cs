using Backshift.Posix;

namespace Backshift.Remote.Client;

/// <summary>
/// Ranges of units of objects that were announced, each by one request, and not yet read: whichever part of one is read first, the answer to that request has
/// all of it. May be used by several threads.
/// </summary>
internal sealed class AnnouncedRanges
{
    // More than wait to be read; see ReadsAhead. One that was given up is noticed when it is looked for, or never.
    private const int Most = 4096;

    private readonly Lock gate = new();
    private readonly Dictionary<BytePath, List<(long First, long End)>> ranges = [];
    private int count;

    /// <summary>A range was announced.</summary>
    /// <param name="path">Of which object.</param>
    /// <param name="range">Its first unit, and the one after its last.</param>
    internal void Add(BytePath path, (long First, long End) range)
    {
        lock (gate)
        {
            if (count >= Most)
            {
                ranges.Clear();
                count = 0;
            }

            if (!ranges.TryGetValue(path, out List<(long First, long End)>? known))
            {
                ranges.Add(path, known = []);
            }

            known.Add(range);
            count++;
        }
    }

    /// <summary>The range in which a unit is; null if there is none.</summary>
    /// <param name="path">Of which object.</param>
    /// <param name="unit">Its number.</param>
    /// <param name="isExpected">Whether the answer for a range is still to be taken. One for which it is not is forgotten.</param>
    internal (long First, long End)? Find(BytePath path, long unit, Func<(long First, long End), bool> isExpected)
    {
        lock (gate)
        {
            if (!ranges.TryGetValue(path, out List<(long First, long End)>? known))
            {
                return null;
            }

            for (int i = known.Count - 1; i >= 0; i--)
            {
                if (unit < known[i].First || unit >= known[i].End)
                {
                    continue;
                }

                if (isExpected(known[i]))
                {
                    return known[i];
                }

                known.RemoveAt(i);
                count--;
            }

            if (known.Count == 0)
            {
                ranges.Remove(path);
            }

            return null;
        }
    }
}
