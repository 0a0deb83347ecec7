using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Since;

internal sealed partial class SinceStage
{
    // A directory of a million names in the order of their hashes finds nothing in the leaves that were used last: each lookup would decompress a block, for a
    // thousand times the cost of one in order. Once every fourth lookup of so many reads a leaf, records wait until there are enough of them to be looked up
    // sorted. They leave in their own order.
    private const int Sample = 1024;

    private RecordBatch? waiting;
    private long sampledFiles;
    private long sampledLeaves;

    private bool IsOutOfOrder()
    {
        if (waiting is null && files - sampledFiles >= Sample)
        {
            long leaves = 0;
            foreach (BaseSaveset earlier in bases)
            {
                leaves += earlier.LeavesRead;
            }

            waiting = leaves - sampledLeaves >= Sample / 4 ? new RecordBatch() : null;
            sampledFiles = files;
            sampledLeaves = leaves;
        }

        return waiting is not null;
    }

    private async ValueTask WaitAsync(RecordBatch batch, CancellationToken cancel)
    {
        long size = input.Kind == RecordKind.Entry && IsToBeRead(input.Encoded, out _, out FileStamp stamp) ? stamp.Size ?? 0 : 0;
        batch.Add(input.Kind, input.Encoded, size);
        if (batch.IsFull || input.Kind == RecordKind.End)
        {
            await DrainAsync(cancel);
        }
    }

    private async ValueTask DrainAsync(CancellationToken cancel)
    {
        if (waiting is not { } batch)
        {
            return;
        }

        Finding[] found = FindSorted(batch);
        for (int i = 0; i < found.Length; i++)
        {
            await WriteAsync(batch[i], found[i], cancel);
            await output.FlushIfFullAsync(cancel);
        }

        batch.Clear();
    }

    private Finding[] FindSorted(RecordBatch batch)
    {
        List<(BytePath Path, FileStamp Stamp, int Number)> asked = [];
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch.KindOf(i) == RecordKind.Entry && IsToBeRead(batch[i], out ReadOnlySpan<byte> path, out FileStamp stamp))
            {
                asked.Add((new BytePath(path), stamp, i));
            }
        }

        asked.Sort(static (left, right) => left.Path.CompareTo(right.Path));
        Finding[] found = new Finding[batch.Count];
        foreach ((BytePath path, FileStamp stamp, int number) in asked)
        {
            found[number] = Find(path.Span, stamp);
        }

        return found;
    }
}
