using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Intents;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;
using Backshift.Repository.Workers;
using Backshift.Sealing;

namespace Backshift.Repository;

/// <summary>A repository that is read: its savesets, their trees, the contents of files. Writes nothing. For use by one thread.</summary>
public sealed class RepositoryReader : IDisposable
{
    // Bytes of blocks that are kept: of contents enough for all cores to decode ahead; and a few blocks where they are as long as they may be.
    private const long NodeBytes = 4 << 20;
    private const long ContentBytes = 24 << 20;
    private const long LongContentBytes = 64 << 20;

    // From afar a block that is needed again costs a turn, and deltas come back to those of their neighbours.
    private const long AgainBytes = 12 << 20;
    private const int LargeNodeBlocks = 2;
    private const int LargeContentBlocks = 4;

    private readonly Action<BackshiftException> warn;
    private readonly WorkerPool? workers;
    private readonly Lazy<ChunkFinder> finder;
    private readonly Lazy<StoredChunks> stored;
    private readonly Lazy<ChunkReader> nodes;
    private readonly Lazy<ChunkReader> contents;
    private IReadOnlySet<ObjectName>? condemned;

    private RepositoryReader(RepositoryDirectory directory, Action<BackshiftException> warn, int workers)
    {
        Directory = directory;
        Clock = directory.Clock;
        this.warn = warn;
        this.workers = workers > 0 ? new WorkerPool(workers) : null;
        finder = new Lazy<ChunkFinder>(() => new ChunkFinder(directory, warn, isReader: true));
        stored = new Lazy<StoredChunks>(() => new StoredChunks(finder.Value, condemned ?? CondemnedPacks.Read(directory, warn))
        {
            // No reference is made to what a writer would not rely on.
            NotBefore = directory.Lag.NotBefore(hasAnnounced: false),
        });
        nodes = new Lazy<ChunkReader>(() => new ChunkReader(finder.Value, null, Math.Max(NodeBytes, LargeNodeBlocks * directory.Config.Block)));
        contents = new Lazy<ChunkReader>(() => new ChunkReader(
            finder.Value, this.workers, Math.Max(ContentBytes, LargeContentBlocks * directory.Config.Block), longCapacity: LongContentBytes,
            again: directory.Store.TakesAnnouncements ? AgainBytes : 0));
    }

    public RepositoryDirectory Directory { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; }

    /// <summary>Reads nodes of trees and lists.</summary>
    public ChunkReader Nodes => nodes.Value;

    /// <summary>Reads contents of files; a reader of its own, so that reading ahead in the tree does not push out what is about to be written.</summary>
    public ChunkReader Contents => contents.Value;

    /// <summary>Opens a repository.</summary>
    /// <param name="root">Its directory.</param>
    /// <param name="warn">Receives objects that cannot be used, while others may still replace them.</param>
    /// <param name="workers">How many threads decode ahead; 0 for callers that read little.</param>
    /// <param name="keys">Where the key of an encrypted repository comes from; null for nowhere.</param>
    /// <param name="first">What this program reads first.</param>
    /// <exception cref="BackshiftException">There is none, or its key cannot be had.</exception>
    public static RepositoryReader Open(
        BytePath root, Action<BackshiftException> warn, int workers = 0, IKeySource? keys = null, FirstReads first = FirstReads.Savesets) =>
        Open(RepositoryDirectory.Open(root, keys, mayKeep: true, first: first), warn, workers);

    /// <summary>Reads a repository that is open.</summary>
    /// <param name="directory">The repository; closed with the reader.</param>
    /// <param name="warn">Receives objects that cannot be used, while others may still replace them.</param>
    /// <param name="workers">How many threads decode ahead; 0 for callers that read little.</param>
    public static RepositoryReader Open(RepositoryDirectory directory, Action<BackshiftException> warn, int workers = 0) => new(directory, warn, workers);

    /// <summary>
    /// Announces that this program is about to refer to what it finds here, for whoever stores its stream: a collector deletes nothing until it has ended. To
    /// be called before anything else is read.
    /// </summary>
    /// <returns>To be disposed of at the end; null where this program may not write. Then a reference may come to nothing, which the writer notices.</returns>
    public OwnIntent? Announce()
    {
        if (Directory.Config.WriteRefusal is not null)
        {
            return null;
        }

        try
        {
            OwnIntent intent = OwnIntent.Announce(Directory, IntentKind.Read, Clock);
            List<ObjectName> lists = [];
            condemned = CondemnedPacks.Read(Directory, warn, lists);
            intent.Honour(lists);
            return intent;
        }
        catch (StoreException)
        {
            return null;
        }
    }

    /// <summary>All savesets, in the order in which they were started.</summary>
    public List<Saveset> Savesets()
    {
        Outdate();
        return SavesetCatalog.List(Directory, warn);
    }

    /// <inheritdoc cref="SavesetCatalog.ListWhere(RepositoryDirectory, SavesetFilter, Action{BackshiftException})"/>
    public List<Saveset> Savesets(SavesetFilter filter)
    {
        Outdate();
        return SavesetCatalog.ListWhere(Directory, filter, warn);
    }

    /// <inheritdoc cref="SavesetCatalog.ListExpiredWhere"/>
    public List<Saveset> ExpiredSavesets(SavesetFilter filter) => SavesetCatalog.ListExpiredWhere(Directory, filter, warn);

    /// <summary>The savesets of one host and subset, in the order in which they were started; those of others are not opened.</summary>
    public List<Saveset> Savesets(string host, string? subset)
    {
        Outdate();
        return SavesetCatalog.ListOf(Directory, host, subset, warn);
    }

    /// <inheritdoc cref="SavesetCatalog.Find"/>
    /// <remarks>For programs that go on to its tree.</remarks>
    public Saveset Find(string name)
    {
        Outdate();
        Directory.Store.ExpectIndex(ObjectEnd.Head);
        return SavesetCatalog.Find(Directory, name, Clock, warn);
    }

    /// <summary>As <see cref="Find"/>, for programs that need the contents of files.</summary>
    /// <exception cref="BackshiftException">None or several match, or the data of the saveset was expired.</exception>
    public Saveset FindWithData(string name)
    {
        Saveset saveset = Find(name);
        if (saveset.DataExpired is not { } when)
        {
            return saveset;
        }

        string date = when.IsCalendar ? when.ToString()[..10] : when.ToString();
        throw new BackshiftException(ExitCode.NoInput, $"the data of {saveset.Name} was expired on {date}; only its metadata is kept",
            "bs-ls lists what was in it, and which other savesets there are");
    }

    /// <summary>The entries of a saveset at and below a path, in order; all of them for the empty path and for ".".</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    public IEnumerable<StoredEntry> Entries(Saveset saveset, BytePath under)
    {
        if (under.Span.SequenceEqual("."u8))
        {
            under = default;
        }

        return Tree(saveset)?.Read(under) ?? [];
    }

    /// <summary>The entry with exactly this path, or null.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    public StoredEntry? FindEntry(Saveset saveset, BytePath path) => Tree(saveset)?.Find(path);

    /// <summary>The paths at and below one at which two savesets may differ; see <see cref="TreeComparison.Compare"/>. A saveset that is null has no
    /// entry.</summary>
    /// <exception cref="BackshiftException">A node in which they differ is missing or damaged.</exception>
    public IEnumerable<EntryPair> Compare(Saveset? left, Saveset? right, BytePath under)
    {
        if (under.Span.SequenceEqual("."u8))
        {
            under = default;
        }

        return TreeComparison.Compare(Nodes, left?.Root, left?.Level ?? 0, right?.Root, right?.Level ?? 0, under);
    }

    /// <summary>The pieces of a file, in order, also of one with a list of them.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    public IEnumerable<ContentPart> Parts(StoredEntry entry) => TreeReader.Parts(Nodes, entry);

    /// <summary>The pieces below a list node that a stream refers to.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged, or the pieces do not fit the length.</exception>
    public IEnumerable<ContentPart> Parts(ListRecord list) => TreeReader.Parts(Nodes, list);

    /// <summary>Whether any piece of a file matches; each list node is read once, and lengths are not checked.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public bool AnyPart(StoredEntry entry, Func<ContentPart, bool> wanted, CancellationToken cancel) => PartSearch.Any(Nodes, entry, wanted, cancel);

    /// <summary>Whether a writer would take a chunk of this digest and length as stored; see <see cref="StoredChunks"/>. Its content is not read.</summary>
    public bool Contains(Digest digest, long size) => stored.Value.Find(digest) is { } place && place.Size == size;

    /// <summary>Looks up many paths of one saveset, at best in the order of its tree; null if it has no entry. For as long as the repository is open.</summary>
    public TreeCursor? Cursor(Saveset saveset) => saveset.Root is { } root ? new TreeCursor(Nodes, root, saveset.Level) : null;

    /// <summary>Savesets are about to be listed: what they refer to may be newer than the view of the index.</summary>
    private void Outdate()
    {
        if (finder.IsValueCreated)
        {
            finder.Value.Outdate();
        }
    }

    private TreeReader? Tree(Saveset saveset) => saveset.Root is { } root ? new TreeReader(Nodes, root, saveset.Level) : null;

    public void Dispose()
    {
        if (contents.IsValueCreated)
        {
            contents.Value.Dispose();
        }

        if (nodes.IsValueCreated)
        {
            nodes.Value.Dispose();
        }

        workers?.Dispose();
        if (finder.IsValueCreated)
        {
            finder.Value.Dispose();
        }

        Directory.Dispose();
    }
}
