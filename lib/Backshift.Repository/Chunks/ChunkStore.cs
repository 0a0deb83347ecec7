using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Indexes;
using Backshift.Repository.Objects;
using Backshift.Repository.Packs;
using Backshift.Repository.Working;

namespace Backshift.Repository.Chunks;

/// <summary>Takes chunks, keeps those that the repository does not have yet. For use by one thread.</summary>
public sealed class ChunkStore : IDisposable
{
    // A digest is remembered twice until its run is written, about 90 bytes in all: 24 MB at the most.
    private const int ChunksAtOnce = 1 << 18;

    private readonly RepositoryDirectory repository;
    private readonly ChunkFinder finder;
    private readonly BlockAssembler contents;
    private readonly BlockAssembler nodes;
    private readonly PackPublisher publisher;
    private readonly HashSet<Digest> fresh = [];
    private readonly List<PackWriter> packs = [];

    /// <summary>Opens the repository's index for a writer: takes in packs that no run names, removes what killed writers left.</summary>
    /// <param name="repository">The repository; not closed with the store.</param>
    /// <param name="workers">Who compresses; not closed with the store.</param>
    /// <param name="warn">Is told of objects that cannot be used. Their chunks are stored again as they come by.</param>
    /// <exception cref="BackshiftException">A collection is at work.</exception>
    public ChunkStore(RepositoryDirectory repository, WorkerPool workers, Action<BackshiftException> warn)
    {
        this.repository = repository;
        repository.LockForWriting();
        repository.Publisher.Sweep();
        finder = new ChunkFinder(repository, warn, lookEverywhere: false);
        StrayPacks.Adopt(repository, finder.Runs, warn);
        publisher = new PackPublisher(repository.Root);
        contents = new BlockAssembler(repository, workers, nodes: false, Seal);
        nodes = new BlockAssembler(repository, workers, nodes: true, Seal);
    }

    /// <summary>Bytes of chunks that were new, before compression.</summary>
    public long NewBytes { get; private set; }

    /// <summary>Number of chunks that were new.</summary>
    public long NewChunks { get; private set; }

    /// <summary>Bytes of blocks that were written, as stored.</summary>
    public long StoredBytes => contents.StoredBytes + nodes.StoredBytes;

    /// <summary>Stores a chunk of a file unless the repository has it.</summary>
    /// <param name="digest">The digest of <paramref name="bytes"/>, taken by somebody who is trusted.</param>
    /// <param name="bytes">The content; copied.</param>
    /// <returns>Whether it was new.</returns>
    /// <exception cref="UnixException">It cannot be written.</exception>
    public bool Add(Digest digest, ReadOnlySpan<byte> bytes) => Add(contents, digest, bytes);

    /// <summary>Stores a node of a tree or list.</summary>
    /// <inheritdoc cref="Add(Digest, ReadOnlySpan{byte})"/>
    public Digest AddNode(ReadOnlySpan<byte> bytes)
    {
        Digest digest = Digest.Of(bytes);
        Add(nodes, digest, bytes);
        return digest;
    }

    /// <summary>Whether the repository has a chunk of this digest and length.</summary>
    public bool Contains(Digest digest, int size) => fresh.Contains(digest) || (finder.Find(digest) is { } place && place.Size == size);

    /// <summary>Makes everything that was added durable and known to the index.</summary>
    /// <exception cref="UnixException">It cannot be made durable.</exception>
    public void Publish()
    {
        contents.Finish();
        nodes.Finish();
        publisher.WaitForAll();
        if (packs.Count == 0)
        {
            return;
        }

        RunEntry[] entries = new RunEntry[packs.Sum(pack => pack.ChunkCount)];
        int count = 0;
        for (int number = 0; number < packs.Count; number++)
        {
            for (int slot = 0; slot < packs[number].ChunkCount; slot++)
            {
                entries[count++] = new RunEntry(packs[number].DigestAt(slot).Prefix, (uint)number, (uint)slot);
            }
        }

        Array.Sort(entries);
        finder.Runs.Add(RunWriter.Publish(repository, [.. packs.Select(pack => pack.Name)], [], entries.Length, () => entries));
        packs.Clear();
        fresh.Clear();
    }

    /// <summary>Joins runs of the index if they have become many. Called last, when the saveset is safe.</summary>
    /// <exception cref="UnixException">A run cannot be written.</exception>
    public void Tidy() => RunMerge.MergeIfMany(repository, finder.Runs);

    private bool Add(BlockAssembler assembler, Digest digest, ReadOnlySpan<byte> bytes)
    {
        if (fresh.Contains(digest) || finder.Find(digest) is not null)
        {
            return false;
        }

        if (fresh.Count >= ChunksAtOnce)
        {
            Publish();
        }

        fresh.Add(digest);
        NewChunks++;
        NewBytes += bytes.Length;
        assembler.Add(digest, bytes);
        return true;
    }

    private void Seal(PackWriter pack)
    {
        packs.Add(pack);
        publisher.Publish(pack);
    }

    public void Dispose()
    {
        publisher.Dispose();
        contents.Dispose();
        nodes.Dispose();
        finder.Dispose();
    }
}
