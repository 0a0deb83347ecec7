using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Marking;

namespace Backshift.Repository.Copying;

/// <summary>How many bytes are to be copied: of packs that are not there all, until it is known what is missing of each.</summary>
internal sealed class CopyEstimate
{
    private readonly CopyWatch watch;
    private readonly HashSet<ObjectName> absent;
    private long bytes;

    /// <param name="needed">What is needed.</param>
    /// <param name="target">Where it is to be.</param>
    /// <param name="watch">Is told.</param>
    internal CopyEstimate(NeededChunks needed, CopyTarget target, CopyWatch watch)
    {
        this.watch = watch;
        absent = [.. needed.Packs.Select(static marks => marks.Pack).Where(pack => !target.HasPack(pack))];
        bytes = needed.Packs.Sum(GuessOf);
        Tell();
    }

    /// <summary>It is known what is to be copied of a pack.</summary>
    /// <param name="marks">The pack.</param>
    /// <param name="missing">How many bytes.</param>
    internal void Know(PackMarks marks, long missing)
    {
        long guess = GuessOf(marks);
        if (guess != missing)
        {
            bytes += missing - guess;
            Tell();
        }
    }

    private long GuessOf(PackMarks marks) => absent.Contains(marks.Pack) ? marks.Stored : 0;

    private void Tell() => watch.Expect(new EstimateNote(EstimateNote.Packs, null, bytes));
}
