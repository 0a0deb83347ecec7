using Backshift.Posix;

namespace Backshift.Tools.Walk;

/// <summary>
/// The verdicts on directories that were met before, so that a list in any order asks once for each. A directory has a number, and is found by the number of
/// the
/// one above it and its own name: a path a thousand directories deep takes no more room than its names. When it is full everything is forgotten; numbers are
/// never given twice, so that a holder of an old one can go on.
/// </summary>
internal sealed class KnownDirectories
{
    private const int Most = 1 << 16;
    private const int MostBytes = 8 << 20;

    private readonly Dictionary<(long Above, BytePath Name), (long Number, Verdict Verdict)> known = [];
    private readonly int most;
    private int bytes;
    private long last;

    /// <param name="most">How many directories to remember; null for the usual number.</param>
    internal KnownDirectories(int? most = null) => this.most = most ?? Most;

    /// <summary>The number of a directory and what becomes of it, if that is known.</summary>
    /// <param name="above">The number of the directory above it; 0 or less where there is none.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="number">Its own number.</param>
    /// <param name="verdict">The verdict.</param>
    internal bool TryGet(long above, ReadOnlySpan<byte> name, out long number, out Verdict verdict)
    {
        bool found = known.TryGetValue((above, new BytePath(name)), out (long Number, Verdict Verdict) there);
        (number, verdict) = there;
        return found;
    }

    /// <summary>Remembers what becomes of a directory; its number.</summary>
    internal long Add(long above, ReadOnlySpan<byte> name, Verdict verdict)
    {
        if (known.Count >= most || bytes + name.Length > MostBytes)
        {
            known.Clear();
            bytes = 0;
        }

        bytes += name.Length;
        known[(above, new BytePath(name))] = (++last, verdict);
        return last;
    }
}
