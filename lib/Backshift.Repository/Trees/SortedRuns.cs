using System.Buffers.Binary;
using Backshift.Posix;

namespace Backshift.Repository.Trees;

/// <summary>Merges sorted runs of entries; of equal paths the one of the latest run is given.</summary>
internal sealed class SortedRuns : IDisposable
{
    private readonly List<Run> all = [];
    private readonly PriorityQueue<Run, Run> heads = new(Comparer<Run>.Create(static (left, right) =>
    {
        int order = BytePath.Compare(left.Path, right.Path);
        return order != 0 ? order : right.Number.CompareTo(left.Number);
    }));

    private readonly bool leaveOpen;
    private Run? current;

    /// <param name="files">The runs, oldest first.</param>
    /// <param name="leaveOpen">Whether they stay open after the merge.</param>
    internal SortedRuns(IReadOnlyList<ScratchSpace> files, bool leaveOpen)
    {
        this.leaveOpen = leaveOpen;
        for (int number = 0; number < files.Count; number++)
        {
            files[number].Seek(0);
            Run run = new(files[number], number);
            all.Add(run);
            if (run.MoveNext())
            {
                heads.Enqueue(run, run);
            }
        }
    }

    internal ReadOnlySpan<byte> Path => current!.Path;

    internal ReadOnlySpan<byte> Item => current!.Item;

    internal bool MoveNext()
    {
        // The current run stays out of the queue while its entry is in use, and so do older ones with the same path.
        if (current is not null)
        {
            while (heads.TryPeek(out Run? other, out _) && other.Path.SequenceEqual(current.Path))
            {
                heads.Dequeue();
                if (other.MoveNext())
                {
                    heads.Enqueue(other, other);
                }
            }

            if (current.MoveNext())
            {
                heads.Enqueue(current, current);
            }
        }

        return heads.TryDequeue(out current, out _);
    }

    public void Dispose()
    {
        if (!leaveOpen)
        {
            all.ForEach(run => run.Dispose());
        }
    }

    private sealed class Run(ScratchSpace file, int number) : IDisposable
    {
        private const int Head = 2 * sizeof(int);

        private byte[] buffer = new byte[64 << 10];
        private int start;
        private int filled;
        private int pathLength;
        private int itemLength;

        internal int Number { get; } = number;

        internal ReadOnlySpan<byte> Path => buffer.AsSpan(start + Head, pathLength);

        internal ReadOnlySpan<byte> Item => buffer.AsSpan(start + Head + pathLength, itemLength);

        internal bool MoveNext()
        {
            if (pathLength > 0)
            {
                start += Head + pathLength + itemLength;
            }

            if (!Ensure(Head))
            {
                return false;
            }

            pathLength = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(start));
            itemLength = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(start + sizeof(int)));
            return Ensure(Head + pathLength + itemLength);
        }

        private bool Ensure(int length)
        {
            if (filled - start >= length)
            {
                return true;
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            start = 0;
            if (buffer.Length < length)
            {
                Array.Resize(ref buffer, length);
            }

            while (filled < length)
            {
                int count = file.Read(buffer.AsSpan(filled));
                if (count == 0)
                {
                    return false;
                }

                filled += count;
            }

            return true;
        }

        public void Dispose() => file.Dispose();
    }
}
