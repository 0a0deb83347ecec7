using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using MessagePack;

namespace Backshift.Repository.Trees;

/// <summary>Makes an entry tree of entries that come sorted by path. Memory is one node a level.</summary>
internal sealed class TreeWriter
{
    private readonly ChunkStore chunks;
    private readonly FileVersions? versions;
    private readonly List<Level> levels = [];
    private readonly ArrayBufferWriter<byte> scratch = new();

    /// <param name="chunks">Keeps the nodes.</param>
    /// <param name="versions">The base, whose leaves the new ones are likely to resemble; or null.</param>
    internal TreeWriter(ChunkStore chunks, FileVersions? versions)
    {
        this.chunks = chunks;
        this.versions = versions;
    }

    /// <summary>Appends an entry.</summary>
    /// <param name="path">Its path, higher than that of the entry before.</param>
    /// <param name="item">Its map, encoded.</param>
    internal void Add(ReadOnlySpan<byte> path, ReadOnlySpan<byte> item) => Add(0, path, path, item);

    /// <summary>Stores what is left and returns the root; null if there was no entry.</summary>
    internal (Digest Root, int Level)? Finish()
    {
        for (int number = 0; number < levels.Count; number++)
        {
            Level level = levels[number];
            bool top = number == levels.Count - 1;
            if (top && level.Stored == 0)
            {
                return (Store(number), number);
            }

            if (top && level.Stored == 1 && level.Builder.Count == 0)
            {
                return (level.Only, number);
            }

            if (level.Builder.Count > 0)
            {
                StoreNode(number);
            }
        }

        return null;
    }

    private void Add(int number, ReadOnlySpan<byte> first, ReadOnlySpan<byte> about, ReadOnlySpan<byte> item)
    {
        if (number == levels.Count)
        {
            // Each level has at most half of the nodes of the one below: no memory holds as many as that takes, but no reader would go so deep.
            if (number > TreeLimits.Level)
            {
                throw new BackshiftException(ExitCode.DataError, $"the entry tree would have more than {TreeLimits.Level} levels");
            }

            levels.Add(new Level(new NodeBuilder(number == 0 ? "leaf" : "inner", number)));
        }

        Level level = levels[number];
        if (level.Builder.Count == 0)
        {
            level.First = first.ToArray();
        }

        level.Last = new BytePath(about);
        if (level.Builder.Add(item, about))
        {
            StoreNode(number);
        }
    }

    private void StoreNode(int number)
    {
        Level level = levels[number];
        Digest digest = Store(number);
        level.Stored++;
        if (level.Stored == 1)
        {
            // It may be the root; its parent is made when a second node comes.
            level.Only = digest;
            level.OnlyFirst = level.First;
            return;
        }

        if (level.Stored == 2)
        {
            AddToParent(number, level.OnlyFirst, level.Only);
        }

        AddToParent(number, level.First, digest);
    }

    private Digest Store(int number)
    {
        Level level = levels[number];
        BytePath first = new(level.First);
        return level.Builder.Store(chunks, number == 0 && versions is not null ? () => versions.Leaves(first, level.Last) : null);
    }

    private void AddToParent(int number, byte[] first, Digest digest)
    {
        scratch.ResetWrittenCount();
        MessagePackWriter writer = new(scratch);
        writer.WriteArrayHeader(2);
        writer.Write(first);
        digest.WriteTo(ref writer);
        writer.Flush();
        byte[] item = scratch.WrittenSpan.ToArray();
        Add(number + 1, first, first, item);
    }

    private sealed class Level(NodeBuilder builder)
    {
        internal NodeBuilder Builder { get; } = builder;

        internal byte[] First { get; set; } = [];

        internal BytePath Last { get; set; }

        internal byte[] OnlyFirst { get; set; } = [];

        internal int Stored { get; set; }

        internal Digest Only { get; set; }
    }
}
