using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Objects;
using Backshift.Repository.Trees;
using MessagePack;

namespace Backshift.Repository.Savesets;

/// <summary>
/// Records a saveset: takes entries in any order with the places of their contents, sorts them, makes the tree, publishes. For use by one thread,
/// which is the one that uses the chunk store too.
/// </summary>
public sealed partial class SavesetWriter : IDisposable
{
    // Problem records are gathered into chunks of this length.
    private const int ProblemChunk = 64 << 10;

    // An entry lies in a node with some that come before it, and a node is a chunk.
    private const int LargestEntry = StreamLimits.Content - (1 << 20);

    private readonly RepositoryDirectory repository;
    private readonly ChunkStore chunks;
    private readonly EntrySorter sorter;
    private readonly ListWriter parts;
    private readonly ListWriter problemParts;
    private readonly ArrayBufferWriter<byte> problemBytes = new();
    private readonly ArrayBufferWriter<byte> scratch = new();
    private StoredEntry? current;
    private FileVersions? versions;
    private long bytes;
    private bool hasLinks;

    /// <param name="repository">Where; not closed with the writer.</param>
    /// <param name="chunks">Keeps the nodes; not closed with the writer.</param>
    public SavesetWriter(RepositoryDirectory repository, ChunkStore chunks)
    {
        this.repository = repository;
        this.chunks = chunks;
        sorter = new EntrySorter(repository.Publisher.CreateScratch);
        parts = new ListWriter(chunks, () => versions?.TakeListNodes() ?? []);
        problemParts = new ListWriter(chunks);
    }

    /// <summary>
    /// If set, every chunk of every entry is looked for before the saveset is published, and an entry that lacks one is left out; this makes its problem record. For
    /// whoever records references to chunks that somebody else stores meanwhile.
    /// </summary>
    public Func<BytePath, Digest, ProblemRecord>? CheckReferences { get; init; }

    /// <summary>Whether links whose target is none of the other entries are left out, and contents put under the first of their names. Not so for tests of those who read: other writers may make such trees.</summary>
    public bool CheckLinks { get; init; } = true;

    /// <summary>The program that makes problem records here.</summary>
    public string Stage { get; init; } = "bs-index";

    /// <summary>Says a line to the user.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Number of problems so far.</summary>
    public long Problems { get; private set; }

    /// <summary>Number of entries so far.</summary>
    public long Entries => sorter.Count + (current is null ? 0 : 1);

    /// <summary>Names an earlier saveset of the same files: what is new in them is stored as deltas against it where that is clearly smaller.</summary>
    public void UseBase(Saveset saveset) => versions = saveset.Root is { } root ? new FileVersions(chunks.Earlier, root, saveset.Level) : null;

    /// <summary>Finishes the entry before and starts the next.</summary>
    public void StartEntry(EntryRecord entry)
    {
        FinishEntry();
        versions?.Start(entry.Path);
        current = new StoredEntry(entry);
    }

    /// <summary>The path of the entry that content belongs to now; empty if there is none.</summary>
    public BytePath CurrentPath => current?.Path ?? default;

    /// <summary>Stores a chunk of the entry.</summary>
    /// <param name="digest">The digest of <paramref name="bytes"/>.</param>
    /// <param name="bytes">The content; copied.</param>
    /// <returns>Whether it was new.</returns>
    /// <exception cref="UnixException">It cannot be written.</exception>
    public bool StoreChunk(Digest digest, ReadOnlySpan<byte> bytes)
    {
        int size = bytes.Length;
        bool fresh = chunks.Add(digest, bytes, versions is null ? null : () => versions.PassNew(size));
        if (!fresh)
        {
            versions?.PassKnown(digest, size);
        }

        AddPart(new ContentPart(digest, size));
        return fresh;
    }

    /// <summary>Adds a chunk to the entry that is in the store already.</summary>
    public void AddChunk(Digest digest, int size)
    {
        versions?.PassKnown(digest, size);
        AddPart(new ContentPart(digest, size));
    }

    /// <summary>Adds a hole to the entry.</summary>
    public void AddHole(long size)
    {
        versions?.PassHole(size);
        AddPart(new ContentPart(null, size));
    }

    /// <summary>Takes the entry back, with its content: it turned out that it cannot be kept.</summary>
    public void DropEntry()
    {
        current = null;
        parts.FinishInto(new StoredEntry(new EntryRecord { Path = default, Type = EntryType.File }));
    }

    /// <summary>Keeps a problem record; one that marks is kept with the entry too.</summary>
    public void AddProblem(ProblemRecord problem)
    {
        Problems++;
        if (problem.Marks && current is not null)
        {
            current.Problem ??= problem.Text;
        }

        MessagePackWriter writer = new(problemBytes);
        problem.WriteTo(ref writer);
        writer.Flush();
        if (problemBytes.WrittenCount >= ProblemChunk)
        {
            StoreProblems();
        }
    }

    private void AddPart(ContentPart part)
    {
        if (current is null)
        {
            throw new InvalidOperationException("content without an entry");
        }

        if (current.Entry.Type is not (EntryType.File or EntryType.Unknown))
        {
            throw new BackshiftException(ExitCode.DataError, $"{current.Path}: there is content, and it is no file");
        }

        if (part.Size > long.MaxValue - parts.Size)
        {
            throw new BackshiftException(ExitCode.DataError, $"{current.Path}: its content is longer than a file can be");
        }

        parts.Add(part);
    }

    private void FinishEntry()
    {
        if (current is null)
        {
            return;
        }

        EntryRecord entry = current.Entry;
        if (entry.Type == EntryType.File)
        {
            // What came is what there is: a file may have changed since it was listed.
            entry.Size = parts.Size;
            bytes = parts.Size <= long.MaxValue - bytes
                ? bytes + parts.Size
                : throw new BackshiftException(ExitCode.DataError, "the sizes of the files add up to more than 2^63 - 1 bytes");
        }

        entry.Source = null;
        parts.FinishInto(current);
        scratch.ResetWrittenCount();
        MessagePackWriter writer = new(scratch);
        current.WriteTo(ref writer);
        writer.Flush();
        if (scratch.WrittenCount > LargestEntry)
        {
            throw new BackshiftException(ExitCode.DataError, $"{entry.Path}: its entry takes {scratch.WrittenCount} bytes, more than {LargestEntry}");
        }

        sorter.Add(entry.Path.Span, scratch.WrittenSpan);
        hasLinks |= entry.Type == EntryType.Link && CheckLinks;
        current = null;
    }

    private void StoreProblems()
    {
        problemParts.Add(new ContentPart(chunks.AddNode(problemBytes.WrittenSpan), problemBytes.WrittenCount));
        problemBytes.ResetWrittenCount();
    }

    public void Dispose()
    {
        sorter.Dispose();
    }
}
