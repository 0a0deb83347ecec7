using Backshift.Records;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Chunks;

/// <summary>
/// Which of the kept blocks the chunk that is being read needs: those used since its read began. None of them may be evicted before it ends, so their bytes
/// are counted, and limited to what a chunk may need.
/// </summary>
internal sealed class NeededBlocks
{
    private long since = long.MaxValue;

    /// <summary>How many bytes of them there are, or were when the last read ended.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Whether another block was refused, since there are so many.</summary>
    internal bool AreTooMany { get; private set; }

    /// <summary>The <see cref="DecodeJob.LastUse"/> of a block that is not yet among them.</summary>
    internal long Before => since - 1;

    /// <summary>A chunk is read from now on, of which no block has been used.</summary>
    /// <param name="now">The time on the clock of <see cref="DecodeJob.LastUse"/>.</param>
    internal void Begin(long now)
    {
        since = now;
        Bytes = 0;
        AreTooMany = false;
    }

    /// <summary>No chunk is read any longer.</summary>
    internal void End()
    {
        since = long.MaxValue;
        AreTooMany = false;
    }

    internal bool Contains(DecodeJob job) => job.LastUse >= since;

    /// <summary>Counts a block that is about to be used, unless it was counted.</summary>
    internal void Add(DecodeJob job) => Bytes += Contains(job) ? 0 : job.Cost;

    /// <summary>Verifies that the chunk may need another block.</summary>
    /// <exception cref="BackshiftException">It needs too many already.</exception>
    internal void RequireRoom()
    {
        if (Bytes > PackLimits.Closure + PackLimits.Content && since != long.MaxValue)
        {
            AreTooMany = true;
            throw new BackshiftException(ExitCode.DataError, $"it needs more than {PackLimits.Closure >> 20} MiB of other blocks");
        }
    }
}
