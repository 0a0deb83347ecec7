using System.IO.Hashing;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Marking;
using Backshift.Repository.Packs;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Copying;

/// <summary>
/// Copies packs byte by byte. What is verified is what was written, before it is published. A pack is fetched and another one published while a third is
/// verified, each on a thread of its own, so that neither line nor disk waits for the others.
/// </summary>
internal sealed class PackCopy : IDisposable
{
    // One that is fetched and one that waits for that, so that the line has work while a pack is verified.
    private const int FetchedAtOnce = 2;
    private const int PublishedAtOnce = 2;

    private readonly CopySource source;
    private readonly CopyTarget target;
    private readonly Action<PackMarks, long?> finished;
    private readonly Action<BackshiftException> warn;
    private readonly Action<long> moved;
    private readonly CancellationToken cancel;
    private readonly CancellationTokenSource stop;
    private readonly WorkerPool fetcher = new(1);
    private readonly WorkerPool publisher = new(1);
    private readonly Queue<MovingPack> fetched = new();
    private readonly Queue<MovingPack> published = new();

    /// <param name="source">Where packs are.</param>
    /// <param name="target">Where they are to be.</param>
    /// <param name="finished">Receives each pack when it is done, and its length; null if it is gone or damaged, and was not published.
    /// </param>
    /// <param name="warn">Receives why parity cannot be written; it only helps.</param>
    /// <param name="moved">Is told of bytes that were copied, on another thread.</param>
    /// <param name="cancel">Ends it between two blocks.</param>
    internal PackCopy(CopySource source, CopyTarget target, Action<PackMarks, long?> finished, Action<BackshiftException> warn, Action<long> moved,
        CancellationToken cancel)
    {
        this.source = source;
        this.target = target;
        this.finished = finished;
        this.warn = warn;
        this.moved = moved;
        this.cancel = cancel;
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
    }

    /// <summary>Begins to copy a pack; waits while as many are under way as may be.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="marks">Which of its chunks are needed.</param>
    /// <exception cref="StoreException">One that was added before cannot be written.</exception>
    internal void Add(OpenPack pack, PackMarks marks)
    {
        // The shelf may close it while other packs are verified.
        pack.Readers++;
        IStoredObject? stored = null;
        IObjectDraft? draft = null;
        try
        {
            stored = TryOpen(ObjectPath.Pack(pack.Name));
            if (stored is null)
            {
                finished(marks, null);
                return;
            }

            while (fetched.Count >= FetchedAtOnce)
            {
                Verify(fetched.Peek());
            }

            draft = target.Directory.Store.Raw.Create(ObjectType.Pack);
            MovingPack moving = new(pack, marks, stored, draft, new PackFetch(stored, draft, moved, stop.Token));
            (stored, draft) = (null, null);
            fetched.Enqueue(moving);
            fetcher.Submit(moving.Fetch);
        }
        finally
        {
            draft?.Dispose();
            stored?.Dispose();
            pack.Readers--;
        }
    }

    /// <summary>Waits until all packs are copied that were added.</summary>
    /// <exception cref="StoreException">One of them cannot be written.</exception>
    internal void Finish()
    {
        while (fetched.TryPeek(out MovingPack? moving))
        {
            Verify(moving);
        }

        while (published.TryPeek(out MovingPack? moving))
        {
            Take(moving);
        }
    }

    /// <summary>Waits until the oldest pack is fetched, verifies it and has it published.</summary>
    private void Verify(MovingPack moving)
    {
        moving.Fetch.Wait();
        PackDirectory? directory = moving.Fetch.IsWhole ? Verified(moving) : null;
        fetched.Dequeue();
        if (directory is null)
        {
            // Its chunks are copied one by one, from wherever they can be read.
            using (moving)
            {
                finished(moving.Marks, null);
            }

            return;
        }

        published.Enqueue(moving);
        moving.HandOver = new PackHandOver(target.Directory, moving.Draft, directory, cancel);
        publisher.Submit(moving.HandOver);
        while (published.Count > PublishedAtOnce)
        {
            Take(published.Peek());
        }
    }

    /// <summary>Waits until the oldest of those that were handed over is published.</summary>
    private void Take(MovingPack moving)
    {
        PackHandOver job = moving.HandOver!;
        job.Wait();
        if (job.Trouble is { } trouble)
        {
            warn(trouble);
        }

        if (job.IsPublished)
        {
            target.Add(job.Directory, HasDeltas(job.Directory, moving.Marks));
        }

        published.Dequeue();
        using (moving)
        {
            finished(moving.Marks, moving.Draft.Length);
        }
    }

    private static bool HasDeltas(PackDirectory directory, PackMarks marks)
    {
        for (int block = 0; block < directory.BlockCount; block++)
        {
            if (directory.Block(block).Prefixes > 0 && marks.IsBlockNeeded(directory, block))
            {
                return true;
            }
        }

        return false;
    }

    private IStoredObject? TryOpen(ObjectPath path)
    {
        try
        {
            return source.Directory.Store.Raw.TryOpen(path, ObjectEnd.Head, [], out _);
        }
        catch (StoreException e) when (e.Trouble == StoreTrouble.Broken)
        {
            return null;
        }
    }

    /// <summary>Verifies all blocks as they were written. Deltas that are not needed may have lost what they are made against.</summary>
    /// <returns>The directory, as it was written; null if something is damaged.</returns>
    private PackDirectory? Verified(MovingPack moving)
    {
        try
        {
            OpenPack pack = moving.Pack;
            IStoredObject written = target.Directory.Store.Unsealed(moving.Draft, ObjectPath.Pack(pack.Name));
            PackDirectory directory = PackDirectory.Read(written, tail: [], pack.Name);
            if (directory.FaultOfHeader(written) is not null || !IsSame(directory, pack.Directory))
            {
                return null;
            }

            for (int block = 0; block < directory.BlockCount; block++)
            {
                cancel.ThrowIfCancellationRequested();
                BlockRecord record = directory.Block(block);
                byte[] bytes = new byte[record.Stored];
                if (written.ReadAt(bytes, record.Offset) != bytes.Length || Crc32.HashToUInt32(bytes) != record.Crc
                    || ((record.Prefixes == 0 || moving.Marks.IsBlockNeeded(directory, block)) && !source.IsSound(pack, block, bytes)))
                {
                    return null;
                }
            }

            return directory;
        }
        catch (BackshiftException e) when (e is not StoreException)
        {
            return null;
        }
    }

    private static bool IsSame(PackDirectory one, PackDirectory other)
    {
        bool isSame = one.ChunkCount == other.ChunkCount && one.BlockCount == other.BlockCount;
        for (int slot = 0; isSame && slot < one.ChunkCount; slot++)
        {
            isSame = one.DigestAt(slot) == other.DigestAt(slot);
        }

        return isSame;
    }

    /// <summary>Ends what is under way. A pack that was verified may still be published.</summary>
    public void Dispose()
    {
        stop.Cancel();
        fetcher.Dispose();
        publisher.Dispose();
        foreach (MovingPack moving in fetched.Concat(published))
        {
            moving.Dispose();
        }

        stop.Dispose();
    }
}
