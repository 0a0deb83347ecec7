using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Packs;

/// <summary>
/// Gathers new chunks into blocks, has workers compress them, and writes them into packs in the order in which the chunks came: neighbours in a
/// tree are neighbours on the disk, which is worth 15 % of the size and all of the speed of a restore.
/// </summary>
internal sealed class BlockAssembler : IDisposable
{
    private const int DeltasAtOnce = 16;
    private const long DeltaFootprint = 8 << 20;

    private readonly RepositoryDirectory repository;
    private readonly WorkerPool workers;
    private readonly BlockForm form;
    private readonly bool nodes;
    private readonly Action<PackWriter> sealPack;
    private readonly Queue<BlockJob> submitted = new();
    private readonly Queue<DeltaJob> deltas = new();
    private readonly Stack<BlockJob> free = new();
    private BlockJob current;
    private PackWriter? pack;
    private long deltaFootprint;

    /// <param name="repository">Where packs are written.</param>
    /// <param name="workers">The threads that compress.</param>
    /// <param name="form">What blocks are made of them.</param>
    /// <param name="nodes">Whether the chunks are nodes.</param>
    /// <param name="sealPack">Takes a pack that is full.</param>
    internal BlockAssembler(RepositoryDirectory repository, WorkerPool workers, BlockForm form, bool nodes, Action<PackWriter> sealPack)
    {
        this.repository = repository;
        this.workers = workers;
        this.form = form;
        this.nodes = nodes;
        this.sealPack = sealPack;
        current = NewBlock();
    }

    /// <summary>Bytes in blocks that were written, as stored.</summary>
    internal long StoredBytes { get; private set; }

    /// <summary>Whether <see cref="Finish"/> has anything to hand over.</summary>
    internal bool HasAny => pack is not null || current.Count > 0 || submitted.Count > 0 || deltas.Count > 0;

    internal void Add(Digest digest, ReadOnlySpan<byte> content)
    {
        const int MaxChunks = 65535;
        if (current.Count > 0 && (current.Length + content.Length > form.Length || current.Count == MaxChunks))
        {
            Submit();
        }

        current.Add(digest, content);
    }

    /// <summary>Adds a chunk that is to be stored as a delta, if that turns out to be worth it, and among its neighbours if not.</summary>
    internal void Add(DeltaJob delta)
    {
        workers.Submit(delta);
        deltas.Enqueue(delta);
        deltaFootprint += delta.Footprint;

        // When a delta is written does not depend on the number of threads, and so the packs do not.
        while (deltas.Count > DeltasAtOnce || deltaFootprint > DeltaFootprint)
        {
            SettleOldest();
        }
    }

    /// <summary>Writes a block that is compressed already.</summary>
    internal void AddCompressed(PackedBlock block) => Write(block);

    /// <summary>Writes all that was added and hands the pack over, full or not.</summary>
    internal void Finish()
    {
        while (deltas.Count > 0)
        {
            SettleOldest();
        }

        if (current.Count > 0)
        {
            Submit();
        }

        while (submitted.Count > 0)
        {
            WriteOldest();
        }

        if (pack is not null)
        {
            sealPack(pack);
            pack = null;
        }
    }

    private void Submit()
    {
        workers.Submit(current);
        submitted.Enqueue(current);
        while (submitted.Count > workers.Count + 1)
        {
            WriteOldest();
        }

        current = free.TryPop(out BlockJob? block) ? block : NewBlock();
    }

    private void WriteOldest()
    {
        BlockJob block = submitted.Dequeue();
        block.Wait();
        Write(block);
        block.Clear();
        free.Push(block);
    }

    private void SettleOldest()
    {
        DeltaJob delta = deltas.Dequeue();
        delta.Wait();
        deltaFootprint -= delta.Footprint;
        if (delta.IsWorthwhile)
        {
            Write(delta);
        }
        else
        {
            Add(delta.Digest, delta.Content);
        }

        delta.Release();
    }

    private void Write(PackedBlock block)
    {
        if (pack is not null && (!pack.HasRoomFor(block) || pack.Length + block.Stored.Length > repository.Config.Pack))
        {
            sealPack(pack);
            pack = null;
        }

        pack ??= new PackWriter(repository, nodes);
        pack.Append(block);
        StoredBytes += block.Stored.Length;
    }

    private BlockJob NewBlock() => new(form);

    public void Dispose() => pack?.Dispose();
}
