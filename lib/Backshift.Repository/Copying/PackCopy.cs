using System.IO.Hashing;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Marking;
using Backshift.Repository.Packs;
using Backshift.Repository.Parity;

namespace Backshift.Repository.Copying;

/// <summary>Copies packs byte by byte. What is verified is what was written, before it is published.</summary>
internal sealed class PackCopy
{
    private readonly CopySource source;
    private readonly CopyTarget target;
    private readonly Action<BackshiftException> warn;
    private readonly CancellationToken cancel;
    private readonly byte[] piece = new byte[4 << 20];

    /// <param name="source">Where packs are.</param>
    /// <param name="target">Where they are to be.</param>
    /// <param name="warn">Receives why parity cannot be written; it only helps.</param>
    /// <param name="cancel">Ends it between two blocks.</param>
    internal PackCopy(CopySource source, CopyTarget target, Action<BackshiftException> warn, CancellationToken cancel)
    {
        this.source = source;
        this.target = target;
        this.warn = warn;
        this.cancel = cancel;
    }

    /// <summary>Copies a pack.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="marks">Which of its chunks are needed.</param>
    /// <returns>Its length; null if it is gone or damaged, and nothing was published.</returns>
    /// <exception cref="StoreException">It cannot be written.</exception>
    internal long? TryCopy(OpenPack pack, PackMarks marks)
    {
        ObjectPath path = ObjectPath.Pack(pack.Name);
        using IObjectDraft draft = target.Directory.Store.Raw.Create(ObjectType.Pack);
        if (!TryFill(draft, path) || FaultOf(draft, path, pack, marks) is not null)
        {
            // Its chunks are copied one by one, from wherever they can be read.
            return null;
        }

        if (draft.TryPublish(path))
        {
            Protect(draft, pack.Name);
        }

        return draft.Length;
    }

    private bool TryFill(IObjectDraft draft, ObjectPath path)
    {
        using IStoredObject? stored = TryOpen(path);
        long length = stored?.Length ?? 0;
        for (long done = 0; stored is not null && done < length;)
        {
            cancel.ThrowIfCancellationRequested();
            int count = TryRead(stored, piece.AsSpan(0, (int)Math.Min(piece.Length, length - done)), done);
            if (count <= 0)
            {
                return false;
            }

            draft.Write(piece.AsSpan(0, count));
            done += count;
        }

        return stored is not null;
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

    private static int TryRead(IStoredObject stored, Span<byte> bytes, long offset)
    {
        try
        {
            return stored.ReadAt(bytes, offset);
        }
        catch (StoreException e) when (e.Trouble == StoreTrouble.Broken)
        {
            return -1;
        }
    }

    /// <summary>Verifies all blocks as they were written. Deltas that are not needed may have lost what they are made against.</summary>
    private string? FaultOf(IObjectDraft draft, ObjectPath path, OpenPack pack, PackMarks marks)
    {
        try
        {
            IStoredObject written = target.Directory.Store.Unsealed(draft, path);
            PackDirectory directory = PackDirectory.Read(written, tail: [], pack.Name);
            if (directory.FaultOfHeader(written) is { } fault)
            {
                return fault;
            }

            if (!IsSame(directory, pack.Directory))
            {
                return "is not what was read before";
            }

            for (int block = 0; block < directory.BlockCount; block++)
            {
                cancel.ThrowIfCancellationRequested();
                BlockRecord record = directory.Block(block);
                byte[] bytes = new byte[record.Stored];
                if (written.ReadAt(bytes, record.Offset) != bytes.Length || Crc32.HashToUInt32(bytes) != record.Crc
                    || ((record.Prefixes == 0 || marks.IsBlockNeeded(directory, block)) && !source.IsSound(pack, block, bytes)))
                {
                    return $"block {block} is damaged";
                }
            }

            return null;
        }
        catch (BackshiftException e) when (e is not StoreException)
        {
            return e.Message;
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

    private void Protect(IObjectDraft draft, ObjectName name)
    {
        int percent = target.Directory.Config.Parity;
        if (percent == 0 || !new ParityShape(draft.Length, percent).IsValid)
        {
            return;
        }

        try
        {
            new ParityWriter(draft, name, percent).Publish(target.Directory.Store, cancel);
        }
        catch (StoreException e)
        {
            warn(new BackshiftException(e.Code, $"parity of pack {name} cannot be written: {e.Message}", "bs-parity makes it later", e));
        }
    }
}
