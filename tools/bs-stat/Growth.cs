using Backshift.Posix;
using Backshift.Repository.Savesets;

namespace Backshift.Tools.Stat;

/// <summary>How much was added in the last days.</summary>
internal sealed class Growth
{
    internal const int Days = 30;

    private readonly UnixTime since;

    internal Growth(UnixTime now) => since = now with { Seconds = now.Seconds - (Days * 86400L) };

    /// <summary>The bytes that savesets added which began since then.</summary>
    internal long Of(IEnumerable<Saveset> savesets) =>
        savesets.Where(saveset => saveset.Started.CompareTo(since) >= 0).TotalAdded();
}
