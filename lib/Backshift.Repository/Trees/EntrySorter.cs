using System.Buffers;
using System.Buffers.Binary;
using Backshift.Posix;

namespace Backshift.Repository.Trees;

/// <summary>
/// Sorts entries by path in a fixed amount of memory: what does not fit goes to sorted runs in files without names, which
/// are merged at the end. Of two entries with one path the later is kept.
/// </summary>
public sealed class EntrySorter : IDisposable
{
    private const int DefaultCapacity = 8 << 20;
    private const int Fan = 64;

    // An entry in the buffer: length of the path, length of the item, path, item.
    private const int Head = 2 * sizeof(int);

    private readonly Func<ScratchSpace> createScratch;
    private readonly int capacity;
    private readonly List<int> offsets = [];
    private readonly Stack<(ScratchSpace File, int Generation)> runs = new();

    // Outside the heap: a saveset is finished where the most memory is taken, and this much must not lie there as garbage then.
    private OwnPages? buffer;
    private int filled;
    private bool sorted = true;

    /// <param name="createScratch">Makes a file without a name for what does not fit.</param>
    /// <param name="capacity">How many bytes of entries are held in memory; tests make it small.</param>
    public EntrySorter(Func<ScratchSpace> createScratch, int capacity = DefaultCapacity)
    {
        this.createScratch = createScratch;
        this.capacity = capacity;
    }

    /// <summary>Number of entries that were added.</summary>
    public long Count { get; private set; }

    public void Add(ReadOnlySpan<byte> path, ReadOnlySpan<byte> item)
    {
        int length = Head + path.Length + item.Length;
        if (filled + length > capacity && filled > 0)
        {
            Spill();
        }

        if (buffer is null || buffer.Length < length)
        {
            // Nothing is in it: an entry that is longer than all of it comes after a spill.
            buffer?.Dispose();
            buffer = new OwnPages(Math.Max(length, capacity));
        }

        Span<byte> target = buffer.Span.Slice(filled, length);
        BinaryPrimitives.WriteInt32LittleEndian(target, path.Length);
        BinaryPrimitives.WriteInt32LittleEndian(target[sizeof(int)..], item.Length);
        path.CopyTo(target[Head..]);
        item.CopyTo(target[(Head + path.Length)..]);
        sorted = sorted && (offsets.Count == 0 || BytePath.Compare(PathAt(offsets[^1]), path) < 0);
        offsets.Add(filled);
        filled += length;
        Count++;
    }

    /// <summary>Starts to give every path once, in order. Nothing is added before the cursor is closed; afterwards more may be, and it may be called
    /// again.</summary>
    public EntryCursor Open()
    {
        if (runs.Count == 0)
        {
            SortBuffer();
            return new EntryCursor(this);
        }

        if (offsets.Count > 0)
        {
            Spill();
        }

        FreeBuffer();
        while (runs.Count > Fan)
        {
            MergeTop(Fan);
        }

        return new EntryCursor(new SortedRuns([.. runs.Reverse().Select(run => run.File)], leaveOpen: true));
    }

    /// <summary>How many entries lie in the buffer.</summary>
    internal int Buffered => offsets.Count;

    /// <summary>The path of an entry in the buffer, by its place in the order.</summary>
    internal ReadOnlySpan<byte> BufferedPath(int number) => PathAt(offsets[number]);

    /// <summary>An entry in the buffer, by its place in the order.</summary>
    internal ReadOnlySpan<byte> BufferedItem(int number) => ItemAt(offsets[number]);

    private ReadOnlySpan<byte> PathAt(int offset) => After(offset).Slice(Head, BinaryPrimitives.ReadInt32LittleEndian(After(offset)));

    private ReadOnlySpan<byte> ItemAt(int offset)
    {
        ReadOnlySpan<byte> entry = After(offset);
        return entry.Slice(Head + BinaryPrimitives.ReadInt32LittleEndian(entry), BinaryPrimitives.ReadInt32LittleEndian(entry[sizeof(int)..]));
    }

    private ReadOnlySpan<byte> After(int offset) => buffer!.Span[offset..];

    private void SortBuffer()
    {
        if (!sorted)
        {
            offsets.Sort((left, right) =>
            {
                int order = BytePath.Compare(PathAt(left), PathAt(right));
                return order != 0 ? order : left.CompareTo(right);
            });
            sorted = true;
        }
    }

    private void Spill()
    {
        SortBuffer();
        ScratchSpace file = createScratch();
        runs.Push((file, 0));
        using (RunSink sink = new(file))
        {
            for (int i = 0; i < offsets.Count; i++)
            {
                if (i + 1 == offsets.Count || !PathAt(offsets[i]).SequenceEqual(PathAt(offsets[i + 1])))
                {
                    sink.Write(PathAt(offsets[i]), ItemAt(offsets[i]));
                }
            }
        }

        offsets.Clear();
        filled = 0;

        // Runs of one generation are joined when there are many, so that files and buffers stay few however many entries there are.
        while (runs.Count >= Fan && runs.Take(Fan).All(run => run.Generation == runs.Peek().Generation))
        {
            MergeTop(Fan);
        }
    }

    private void MergeTop(int count)
    {
        int generation = 0;
        List<ScratchSpace> files = [];
        for (int i = 0; i < count; i++)
        {
            (ScratchSpace run, int its) = runs.Pop();
            files.Insert(0, run);
            generation = Math.Max(generation, its);
        }

        ScratchSpace file = createScratch();
        using (SortedRuns merged = new(files, leaveOpen: false))
        using (RunSink sink = new(file))
        {
            while (merged.MoveNext())
            {
                sink.Write(merged.Path, merged.Item);
            }
        }

        runs.Push((file, generation + 1));
    }

    private void FreeBuffer()
    {
        buffer?.Dispose();
        buffer = null;
    }

    public void Dispose()
    {
        FreeBuffer();
        foreach ((ScratchSpace file, _) in runs)
        {
            file.Dispose();
        }
    }

    private sealed class RunSink(ScratchSpace file) : IDisposable
    {
        private readonly ArrayBufferWriter<byte> pending = new(256 << 10);

        internal void Write(ReadOnlySpan<byte> path, ReadOnlySpan<byte> item)
        {
            Span<byte> head = pending.GetSpan(Head);
            BinaryPrimitives.WriteInt32LittleEndian(head, path.Length);
            BinaryPrimitives.WriteInt32LittleEndian(head[sizeof(int)..], item.Length);
            pending.Advance(Head);
            pending.Write(path);
            pending.Write(item);
            if (pending.WrittenCount >= 128 << 10)
            {
                Flush();
            }
        }

        private void Flush()
        {
            file.Write(pending.WrittenSpan);
            pending.ResetWrittenCount();
        }

        public void Dispose() => Flush();
    }
}
