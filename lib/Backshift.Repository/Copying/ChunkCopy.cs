using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Marking;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Copying;

/// <summary>Copies the chunks of a pack that are missing elsewhere: blocks as they are, if nearly all of one is missing, otherwise single chunks.</summary>
internal sealed class ChunkCopy
{
    private readonly CopySource source;
    private readonly CopyTarget target;
    private readonly CopyWatch watch;
    private readonly CancellationToken cancel;

    /// <param name="source">Where they are.</param>
    /// <param name="target">Where they are to be.</param>
    /// <param name="watch">Is told how far it has come.</param>
    /// <param name="cancel">Ends it between two blocks.</param>
    internal ChunkCopy(CopySource source, CopyTarget target, CopyWatch watch, CancellationToken cancel)
    {
        this.source = source;
        this.target = target;
        this.watch = watch;
        this.cancel = cancel;
    }

    /// <summary>Copies them. They count as stored once the store has published them.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="marks">Which of its chunks are needed.</param>
    /// <returns>Why one of them could not be read; null if all were.</returns>
    /// <exception cref="StoreException">They cannot be written.</exception>
    internal string? Copy(OpenPack pack, PackMarks marks)
    {
        OpenPack? same = target.TryOpenSame(pack);
        if (same is not null)
        {
            same.Readers++;
        }

        // The shelf may close it while other packs are looked at.
        pack.Readers++;
        try
        {
            string? fault = null;
            for (int block = 0; block < pack.Directory.BlockCount; block++)
            {
                cancel.ThrowIfCancellationRequested();
                fault = Copy(pack, marks, block, same) ?? fault;
            }

            return fault;
        }
        finally
        {
            pack.Readers--;
            if (same is not null)
            {
                same.Readers--;
            }
        }
    }

    private string? Copy(OpenPack pack, PackMarks marks, int number, OpenPack? same)
    {
        PackDirectory directory = pack.Directory;
        List<int> missing = [];
        long bytes = 0;
        for (int slot = directory.FirstSlot(number); slot < directory.FirstSlot(number + 1); slot++)
        {
            if (marks.IsNeeded(slot) && !target.Holds(pack, slot, same))
            {
                missing.Add(slot);
                bytes += directory.SizeAt(slot);
            }
        }

        if (missing.Count == 0)
        {
            return null;
        }

        BlockRecord block = directory.Block(number);
        if (PackEmptying.IsWhole(block, bytes) && pack.TryReadStored(block) is { } stored && source.IsSound(pack, number, stored))
        {
            target.Store.Copy(new StoredBlock(directory, number, stored), directory.HoldsNodes);
            watch.Move(stored.Length);
            return null;
        }

        string? fault = null;
        foreach (int slot in missing)
        {
            Digest digest = directory.DigestAt(slot);
            try
            {
                target.Store.Copy(digest, source.Reader.Read(digest).Span, directory.HoldsNodes);
                watch.Move(RepositoryCopy.StoredBytes(directory, slot));
            }
            catch (BackshiftException e) when (e is not StoreException && e.Code == ExitCode.DataError)
            {
                fault = e.Message;
            }
        }

        return fault;
    }
}
