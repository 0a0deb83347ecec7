using System.Buffers;
using System.Buffers.Binary;
using Backshift.Records;
using Backshift.Repository.Chunks;
using MessagePack;

namespace Backshift.Repository.Trees;

/// <summary>Keeps the parts of one file: in the entry while they are few, in list nodes from then on. Memory is one node a level.</summary>
internal sealed class ListWriter
{
    private readonly ChunkStore chunks;
    private readonly Func<IReadOnlyList<Digest>>? ancestors;
    private readonly List<ContentPart> parts = [];
    private readonly List<Level> levels = [];
    private readonly ArrayBufferWriter<byte> scratch = new();
    private long hole;

    /// <param name="chunks">Keeps the nodes.</param>
    /// <param name="ancestors">Names the list nodes of the earlier version at this place; or null.</param>
    internal ListWriter(ChunkStore chunks, Func<IReadOnlyList<Digest>>? ancestors = null)
    {
        this.chunks = chunks;
        this.ancestors = ancestors;
    }

    /// <summary>Lengths of the parts, added up.</summary>
    internal long Size { get; private set; }

    /// <summary>Whether there is any part.</summary>
    internal bool IsEmpty => Size == 0;

    internal void Add(ContentPart part)
    {
        Size = checked(Size + part.Size);
        if (part.Digest is null)
        {
            // Holes that touch are one: a filter may have cut them, and equal files are to have equal lists.
            hole += part.Size;
            return;
        }

        AddHole();
        AddJoined(part);
    }

    /// <summary>Gives the parts to an entry and starts anew.</summary>
    internal void FinishInto(StoredEntry entry)
    {
        AddHole();
        if (levels.Count == 0)
        {
            entry.Parts = [.. parts];
        }
        else
        {
            entry.List = FinishList();
        }

        Clear();
    }

    /// <summary>Forgets the parts.</summary>
    internal void Clear()
    {
        parts.Clear();
        levels.Clear();
        Size = hole = 0;
    }

    private void AddHole()
    {
        if (hole > 0)
        {
            AddJoined(new ContentPart(null, hole));
            hole = 0;
        }
    }

    private void AddJoined(ContentPart part)
    {
        if (levels.Count > 0)
        {
            Add(0, part);
            return;
        }

        parts.Add(part);
        if (parts.Count <= TreeLimits.PartsInEntry)
        {
            return;
        }

        foreach (ContentPart early in parts)
        {
            Add(0, early);
        }

        parts.Clear();
    }

    /// <summary>The parts so far, while they are few enough to stand in an entry; then null. More may be added.</summary>
    internal List<ContentPart>? Snapshot() => levels.Count == 0 ? hole > 0 ? [.. parts, new ContentPart(null, hole)] : [.. parts] : null;

    private ListReference FinishList()
    {
        for (int number = 0; ; number++)
        {
            Level level = levels[number];
            bool top = number == levels.Count - 1;
            if (top && level.Stored == 0)
            {
                return new ListReference(level.Builder.Store(chunks, number == 0 ? ancestors : null), number);
            }

            if (top && level.Stored == 1 && level.Builder.Count == 0)
            {
                return new ListReference(level.Only.Digest!.Value, number);
            }

            if (level.Builder.Count > 0)
            {
                StoreNode(number);
            }
        }
    }

    private void Add(int number, ContentPart item)
    {
        if (number == levels.Count)
        {
            if (number > TreeLimits.Level)
            {
                throw new BackshiftException(ExitCode.DataError, $"the list of a file's content would have more than {TreeLimits.Level} levels");
            }

            levels.Add(new Level(new NodeBuilder("list", number)));
        }

        scratch.ResetWrittenCount();
        MessagePackWriter writer = new(scratch);
        writer.WriteArrayHeader(2);
        StoredEntry.WritePart(ref writer, item);
        writer.Flush();

        Span<byte> about = stackalloc byte[Digest.Size];
        if (item.Digest is { } digest)
        {
            digest.CopyTo(about);
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(about, item.Size);
            about = about[..sizeof(long)];
        }

        Level level = levels[number];
        level.Size += item.Size;
        if (level.Builder.Add(scratch.WrittenSpan, about))
        {
            StoreNode(number);
        }
    }

    private void StoreNode(int number)
    {
        Level level = levels[number];
        ContentPart node = new(level.Builder.Store(chunks, number == 0 ? ancestors : null), level.Size);
        level.Size = 0;
        level.Stored++;
        if (level.Stored == 1)
        {
            // It may be the root; its parent is made when a second node comes.
            level.Only = node;
            return;
        }

        if (level.Stored == 2)
        {
            Add(number + 1, level.Only);
        }

        Add(number + 1, node);
    }

    private sealed class Level(NodeBuilder builder)
    {
        internal NodeBuilder Builder { get; } = builder;

        internal long Size { get; set; }

        internal int Stored { get; set; }

        internal ContentPart Only { get; set; }
    }
}
