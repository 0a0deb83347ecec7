using System.Buffers;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
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

    // More keys that are not known here are not kept with a problem: a record has to fit into a chunk, after what has gathered for it.
    private const int ProblemKeys = 4 << 20;

    private readonly RepositoryDirectory repository;
    private readonly ChunkStore chunks;
    private readonly EntrySorter sorter;
    private readonly ListWriter parts;
    private readonly ListWriter problemParts;
    private readonly PackRoster roster;
    private readonly ArrayBufferWriter<byte> problemBytes = new();
    private readonly ArrayBufferWriter<byte> scratch = new();
    private StoredEntry? current;
    private FileVersions? versions;
    private long bytes;
    private bool hasLinks;
    private bool passing;
    private ListRecord? whole;

    /// <param name="repository">Where; not closed with the writer.</param>
    /// <param name="chunks">Keeps the nodes; not closed with the writer.</param>
    public SavesetWriter(RepositoryDirectory repository, ChunkStore chunks)
    {
        this.repository = repository;
        this.chunks = chunks;
        sorter = new EntrySorter(repository.Store.CreateScratch);
        parts = new ListWriter(chunks, () => versions?.TakeListNodes() ?? []);
        problemParts = new ListWriter(chunks);
        roster = new PackRoster(CreateSorter);
        chunks.Relied = roster.Add;
    }

    /// <summary>
    /// If set, every chunk of every entry is looked for before the saveset is published, and an entry that lacks one is left out; this makes its problem
    /// record. For programs that record references to chunks which another program is still storing.
    /// </summary>
    public Func<BytePath, string, ProblemRecord>? CheckReferences { get; init; }

    /// <summary>The identity of the save: the same in all that this writer publishes.</summary>
    public byte[] Save { get; set; } = BeginRecord.NewSave();

    /// <summary>The program that makes problem records here.</summary>
    public string Stage { get; init; } = "bs-index";

    /// <summary>Prints a line for the user.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Is called with each entry that will be stored, with its final size.</summary>
    public Action<EntryRecord>? Stored { get; init; }

    /// <summary>Number of problems so far.</summary>
    public long Problems { get; private set; }

    /// <summary>Number of entries so far.</summary>
    public long Entries => sorter.Count + (current is null ? 0 : 1);

    /// <summary>Names an earlier saveset of the same files: what is new in them is stored as deltas against it where that is clearly smaller.</summary>
    public void UseBase(Saveset saveset) => versions = saveset.Root is { } root ? new FileVersions(chunks.Earlier, root, saveset.Level) : null;

    /// <summary>Finishes the entry before and starts the next.</summary>
    /// <returns>Whether it is taken; if not, there is a problem for it, and its content is skipped.</returns>
    public bool StartEntry(EntryRecord entry)
    {
        FinishEntry();
        passing = false;
        if (EntryRules.FaultOf(entry) is { } fault)
        {
            Refuse(entry.Path, fault);
            return false;
        }

        versions?.Start(entry.Path);
        current = new StoredEntry(entry);
        if (entry.Unknown.Count > 0)
        {
            entry.Unknown = entry.Unknown.Without(StoredEntry.IsReserved, out IReadOnlyList<string> dropped);
            foreach (string key in dropped)
            {
                Tell(new ProblemRecord(entry.Path, Stage, 0,
                    $"its key \"{key}\" is not stored: entries of savesets have a key of that name already, and other programs' keys begin with x-",
                    Marks: true));
            }
        }

        return true;
    }

    /// <summary>The path of the entry that content belongs to now; empty if there is none.</summary>
    public BytePath CurrentPath => current?.Path ?? default;

    /// <summary>Stores a chunk of the entry.</summary>
    /// <param name="digest">The digest of <paramref name="bytes"/>.</param>
    /// <param name="bytes">The content; copied.</param>
    /// <returns>Whether it was new.</returns>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public bool StoreChunk(Digest digest, ReadOnlySpan<byte> bytes)
    {
        if (passing)
        {
            return false;
        }

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
        if (passing)
        {
            return;
        }

        versions?.PassKnown(digest, size);
        AddPart(new ContentPart(digest, size));
    }

    /// <summary>Adds a hole to the entry.</summary>
    public void AddHole(long size)
    {
        if (passing)
        {
            return;
        }

        versions?.PassHole(size);
        AddPart(new ContentPart(null, size));
    }

    /// <summary>
    /// Adds all content below a node of a list to the entry. Whether the repository holds it is up to the caller, or is found out before the saveset is
    /// published, see <see cref="CheckReferences"/>. A list that is all of a file's content becomes the list of the file.
    /// </summary>
    /// <exception cref="BackshiftException">There is other content too, and the list cannot be read.</exception>
    public void AddList(in ListRecord list)
    {
        if (passing)
        {
            return;
        }

        if (whole is null && parts.IsEmpty && current is { Entry.Type: EntryType.File or EntryType.Unknown })
        {
            whole = list;
            return;
        }

        AddPartsOfWhole();
        AddPartsOf(list);
    }

    private void AddPartsOfWhole()
    {
        if (whole is { } list)
        {
            whole = null;
            AddPartsOf(list);
        }
    }

    private void AddPartsOf(in ListRecord list)
    {
        BytePath path = CurrentPath;
        try
        {
            foreach (ContentPart part in TreeReader.Parts(chunks.Earlier, list))
            {
                AddPart(part);
                if (passing)
                {
                    return;
                }
            }
        }
        catch (BackshiftException e) when (e.Code == ExitCode.DataError && !path.IsEmpty)
        {
            Refuse(path, $"refers to a list that cannot be read: {e.Message}");
        }
    }

    private EntrySorter CreateSorter() => new(repository.Store.CreateScratch);

    /// <summary>Whether a list is one that would be made here of the same content: not of so few parts that they would stand in the entry, and no higher than
    /// needed.</summary>
    private bool IsOwnForm(in ListRecord list)
    {
        try
        {
            return TreeReader.ListItems(chunks.Earlier, list.Id, list.Level).Count > (list.Level == 0 ? TreeLimits.PartsInEntry : 1);
        }
        catch (BackshiftException e) when (e.Code == ExitCode.DataError && CheckReferences is not null)
        {
            // It may be published by now and not be known here; it is looked for later.
            return true;
        }
    }

    /// <summary>Takes the entry back, with its content: it turned out that it cannot be kept.</summary>
    public void DropEntry()
    {
        current = null;
        whole = null;
        parts.Clear();
    }

    /// <summary>Leaves an entry out, with all content that still comes for it.</summary>
    private void Refuse(BytePath path, string why)
    {
        DropEntry();
        passing = true;
        Tell(new ProblemRecord(path, Stage, 0, $"{why}; it is left out"));
    }

    private void Tell(ProblemRecord problem)
    {
        Warn?.Invoke(problem.ToString());
        AddProblem(problem);
    }

    /// <summary>Keeps a problem record; one that marks is kept with the entry too.</summary>
    public void AddProblem(ProblemRecord problem)
    {
        Problems++;
        if (problem.Marks && current is not null)
        {
            current.Problem ??= RecordText.Cut(problem.Text, StreamLimits.Text);
        }

        if (problem.Unknown.Length > ProblemKeys)
        {
            Warn?.Invoke($"keys of a problem that are not known here are not stored: they take {problem.Unknown.Length} bytes, more than {ProblemKeys}");
            problem = problem with { Unknown = default };
        }

        // One that marks is shown with its entry; without an entry it must stand for itself.
        MessagePackWriter writer = new(problemBytes);
        (current is null ? problem with { Marks = false } : problem).WriteTo(ref writer);
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
            throw new BackshiftException(ExitCode.DataError, $"{current.Path}: has content but is not a file");
        }

        AddPartsOfWhole();
        if (passing)
        {
            return;
        }

        if (part.Size > long.MaxValue - parts.Size)
        {
            Refuse(current.Path, "its content is longer than a file can be");
            return;
        }

        parts.Add(part);
    }

    /// <summary>Adds the current entry to those that will be stored. Called before the next one is started and before publishing; does nothing without a
    /// current entry.</summary>
    /// <exception cref="StoreException">Scratch space cannot be written.</exception>
    public void FinishEntry()
    {
        if (current is null)
        {
            return;
        }

        if (whole is { } candidate && !IsOwnForm(candidate))
        {
            AddPartsOfWhole();
            if (passing)
            {
                return;
            }
        }

        EntryRecord entry = current.Entry;
        if (entry.Type == EntryType.File)
        {
            // The content that came counts: a file may have changed since it was listed.
            entry.Size = whole?.Size ?? parts.Size;
            if (entry.Size > long.MaxValue - bytes)
            {
                Refuse(entry.Path, "with it the sizes of all files would add up to more than 2^63 - 1 bytes");
                return;
            }

            bytes += entry.Size.Value;
        }

        entry.Source = null;
        if (whole is { } list)
        {
            whole = null;
            current.List = new ListReference(list.Id, list.Level);
        }
        else
        {
            parts.FinishInto(current);
        }

        scratch.ResetWrittenCount();
        MessagePackWriter writer = new(scratch);
        current.WriteTo(ref writer);
        writer.Flush();
        try
        {
            // Verified with the reader's own code: what it would refuse costs one entry now, and would cost all entries of a leaf later.
            current.CheckEncoded(scratch.WrittenMemory);
        }
        catch (BackshiftException e) when (e.Fault is not null)
        {
            Refuse(entry.Path, $"its entry cannot be stored: {e.Fault}");
            return;
        }

        sorter.Add(entry.Path.Span, scratch.WrittenSpan);
        Stored?.Invoke(entry);
        hasLinks |= entry.Type == EntryType.Link;
        current = null;
    }

    private void StoreProblems()
    {
        problemParts.Add(new ContentPart(chunks.AddNode(problemBytes.WrittenSpan), problemBytes.WrittenCount));
        problemBytes.ResetWrittenCount();
    }

    public void Dispose()
    {
        chunks.Relied = null;
        roster.Dispose();
        sorter.Dispose();
    }
}
