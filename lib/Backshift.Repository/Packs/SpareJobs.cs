using System.Numerics;
using Backshift.Records;

namespace Backshift.Repository.Packs;

/// <summary>
/// Jobs whose blocks are not needed any more, with their buffers, for other blocks of about that length: with a new buffer for each block, the garbage
/// collector takes a sixth of the time of a check. For use by one thread.
/// </summary>
internal sealed class SpareJobs
{
    // Between one power of two and the next there are so many lengths of buffers.
    private const int StepShift = 3;

    private readonly ChunkNaming naming;
    private readonly long limit;
    private readonly List<DecodeJob> jobs = [];
    private long kept;

    /// <param name="naming">How the chunks of the repository are named.</param>
    /// <param name="limit">How many bytes of buffers are kept, as <see cref="PackLimits.CostOf"/> counts them; of more, the oldest are given up.</param>
    internal SpareJobs(ChunkNaming naming, long limit)
    {
        this.naming = naming;
        this.limit = limit;
    }

    /// <summary>The length of a buffer for a block: up to an eighth more than needed, so that it fits others.</summary>
    internal static int RoomFor(int size)
    {
        int step = 1 << Math.Max(0, BitOperations.Log2((uint)Math.Max(size, 1)) - StepShift);
        return (size + step - 1) / step * step;
    }

    /// <summary>A job whose buffers fit this block and are not many times larger, which would be memory that is not counted; or a new one.</summary>
    internal DecodeJob Take(int size)
    {
        for (int i = jobs.Count - 1; i >= 0; i--)
        {
            DecodeJob job = jobs[i];
            if (job.Room >= size && job.Room / 2 <= Math.Max(size, PackLimits.LeastCost))
            {
                jobs.RemoveAt(i);
                kept -= PackLimits.CostOf(job.Room);
                return job;
            }
        }

        return new DecodeJob(naming);
    }

    /// <summary>Keeps a job that was waited for.</summary>
    internal void Add(DecodeJob job)
    {
        jobs.Add(job);
        kept += PackLimits.CostOf(job.Room);
        while (kept > limit)
        {
            kept -= PackLimits.CostOf(jobs[0].Room);
            jobs.RemoveAt(0);
        }
    }
}
