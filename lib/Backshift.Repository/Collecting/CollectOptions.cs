using Backshift.Posix;
using Backshift.Repository.Codecs;

namespace Backshift.Repository.Collecting;

/// <summary>How much work a collection does, and what it may do.</summary>
public sealed record CollectOptions
{
    /// <summary>Which part of the repository may stay unused in packs that are needed otherwise: 0.05 for 5 %. The rest is won by rewriting packs.</summary>
    public double MaxUnused { get; init; } = 0.05;

    /// <summary>How many bytes are rewritten at most, as stored.</summary>
    public long MaxRewrite { get; init; } = long.MaxValue;

    /// <summary>With what old packs are compressed once more; null for not at all.</summary>
    public CodecChoice? Recompress { get; init; }

    /// <summary>Packs that were published before are old.</summary>
    public UnixTime OldBefore { get; init; }

    /// <summary>Whether what is needed is found by the names of packs in savesets, and no chunk is read: packs go as a whole, or not at all.</summary>
    public bool ByLists { get; init; }

    /// <summary>
    /// Where listings lag, for how long every program gets to see a list before its packs are deleted: twice as long as a listing may leave out what was
    /// published, or show what is gone. A store whose listings are known to be up to date needs none.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Whether nothing is changed, and what would be is only counted.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether it goes on although some savesets cannot be read: what only these need is deleted.</summary>
    public bool PassOverUnreadable { get; init; }

    /// <summary>Whether it goes on although there is no saveset at all.</summary>
    public bool Everything { get; init; }

    /// <summary>How many deltas are considered for being stored plainly.</summary>
    internal int DeltaLimit { get; init; } = 1 << 16;

    /// <summary>Paths of savesets that have gone without a record of their expiry, and that a listing need not show.</summary>
    public IReadOnlySet<string> Missing { get; init; } = new HashSet<string>();
}
