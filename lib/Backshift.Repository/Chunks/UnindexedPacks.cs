using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Indexes;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Chunks;

/// <summary>
/// What a writer has stored that no run of the index names yet: the chunks, and the packs that it has handed over to be published. When the chunks have become
/// many, the packs that are full by then get a run while the others are filled. For use by the thread that stores.
/// </summary>
internal sealed class UnindexedPacks : IDisposable
{
    // A digest is remembered by the set, by its pack, in the pack's directory and as an entry of the run: 170 bytes in all, at most 11 MB. Four times as
    // many made the process 90 MB larger when a million small files were saved.
    private const int MostChunks = 1 << 16;

    // From here to the most, a line of 100 Mbit/s has work for a second as a rule, in which the run is written.
    private const int ManyChunks = MostChunks / 8 * 7;

    // Fewer would make many short runs, and each is a file to be opened by a reader.
    private const int ChunksOfRun = MostChunks / 2;

    // A tree has its next duplicates where it had the last ones, and a shelf is not filled with what may not be asked for.
    private const int MostOpened = 4;

    private readonly RepositoryDirectory repository;
    private readonly PackPublisher publisher;
    private readonly Dictionary<Digest, int> chunks = [];
    private readonly List<PackWriter> packs = [];
    private readonly List<OpenPack> opened = [];
    private Func<Indexed>? ahead;
    private bool hasTried;

    /// <param name="repository">Where they are.</param>
    /// <param name="publisher">Publishes the packs.</param>
    internal UnindexedPacks(RepositoryDirectory repository, PackPublisher publisher)
    {
        this.repository = repository;
        this.publisher = publisher;
    }

    /// <summary>Whether a chunk is among them, and how long it is.</summary>
    internal bool TryGetSize(Digest digest, out int size) => chunks.TryGetValue(digest, out size);

    /// <summary>Whether a chunk is among them.</summary>
    internal bool Contains(Digest digest) => chunks.ContainsKey(digest);

    /// <summary>Whether more chunks must wait until some of these are in the index.</summary>
    /// <param name="more">How many.</param>
    internal bool IsFull(int more = 1) => chunks.Count > 0 && chunks.Count + more > MostChunks;

    /// <summary>Adds a chunk, which may be among them.</summary>
    internal void Add(Digest digest, int size) => chunks.TryAdd(digest, size);

    /// <summary>Adds a pack that was handed over, with chunks that were added.</summary>
    internal void Add(PackWriter pack) => packs.Add(pack);

    /// <summary>
    /// When the chunks have become many, begins to write a run of the packs that were handed over by now. By numbers alone, since when packs end must not
    /// depend on timing: two writers that save the same files make the same ones.
    /// </summary>
    internal void IndexAhead()
    {
        if (hasTried || chunks.Count < ManyChunks)
        {
            return;
        }

        hasTried = true;

        // Those of a writer that may not read what it stores are kept on this machine: that takes no time.
        if (repository.Store.Copies is null && packs.Sum(static pack => pack.ChunkCount) >= ChunksOfRun)
        {
            PackWriter[] full = [.. packs];
            ObjectName? run = null;
            Action wait = publisher.Then(() =>
            {
                run = Index(full);
                OpenSome(full);
            });
            ahead = () =>
            {
                wait();
                return new Indexed(full, run);
            };
        }
    }

    /// <summary>Waits for the run that was begun, and forgets what is in it.</summary>
    /// <returns>What is in the index now; null if no run was begun.</returns>
    /// <exception cref="BackshiftException">It could not be written, or a pack could not be published.</exception>
    internal Indexed? TakeAhead()
    {
        Func<Indexed>? run = ahead;
        if (run is null)
        {
            return null;
        }

        ahead = null;
        hasTried = false;
        Indexed indexed = run();
        foreach (PackWriter pack in indexed.Packs)
        {
            packs.Remove(pack);
            for (int slot = 0; slot < pack.ChunkCount; slot++)
            {
                chunks.Remove(pack.DigestAt(slot));
            }
        }

        return indexed;
    }

    /// <summary>Writes a run of all packs, which were published, and forgets everything.</summary>
    /// <exception cref="BackshiftException">It could not be written.</exception>
    internal Indexed TakeAll()
    {
        PackWriter[] all = [.. packs];
        ObjectName? run = null;
        if (repository.Store.Copies is { } copies)
        {
            // It is among the copies, and they only help.
            Housekeeping.Do(copies, () => run = Index(all));
        }
        else
        {
            run = Index(all);
        }

        packs.Clear();
        chunks.Clear();
        hasTried = false;
        return new Indexed(all, run);
    }

    /// <summary>Whether this is a pack that was handed over, and of whose chunks all are known here.</summary>
    internal bool Contains(ObjectName pack) => packs.Exists(one => one.Name == pack);

    /// <summary>Hands over packs that were opened behind the run, to be closed by the caller.</summary>
    internal OpenPack[] TakeOpened()
    {
        OpenPack[] all = [.. opened];
        opened.Clear();
        return all;
    }

    /// <summary>Closes what was opened. To be called when nothing is published any longer.</summary>
    public void Dispose() => opened.ForEach(static pack => pack.Dispose());

    /// <summary>Opens packs in which duplicates are likely to be found, where that takes a round trip behind all that is on its way: here nothing waits for it.
    /// </summary>
    private void OpenSome(PackWriter[] from)
    {
        if (!repository.Store.TakesAnnouncements)
        {
            return;
        }

        // At once: each of them waits behind what is on its way.
        Parallel.ForEach(from.Where(static pack => !pack.IsHeldByOthers).TakeLast(MostOpened), Open);

        void Open(PackWriter writer)
        {
            try
            {
                if (OpenPack.TryOpen(repository, writer.Name, tail: PackLimits.LongTail) is { } pack)
                {
                    lock (opened)
                    {
                        opened.Add(pack);
                    }
                }
            }
            catch (Exception e) when (e is BackshiftException or StoreGoneException)
            {
                // It is opened when it is needed, and then this is reported.
            }
        }
    }

    private ObjectName? Index(PackWriter[] from)
    {
        PackWriter[] published = [.. from.Where(static pack => !pack.IsHeldByOthers)];
        if (published.Length == 0)
        {
            return null;
        }

        RunEntry[] entries = new RunEntry[published.Sum(static pack => pack.ChunkCount)];
        int count = 0;
        for (int number = 0; number < published.Length; number++)
        {
            for (int slot = 0; slot < published[number].ChunkCount; slot++)
            {
                entries[count++] = new RunEntry(published[number].DigestAt(slot).Prefix, (uint)number, (uint)slot);
            }
        }

        Array.Sort(entries);
        return RunWriter.Publish(repository, [.. published.Select(static pack => pack.Name)], [], entries.Length, () => entries);
    }

    /// <summary>Packs that are in the index, or that others hold.</summary>
    /// <param name="Packs">The packs.</param>
    /// <param name="Run">The run that names those that were published; null for none.</param>
    internal sealed record Indexed(IReadOnlyList<PackWriter> Packs, ObjectName? Run);
}
