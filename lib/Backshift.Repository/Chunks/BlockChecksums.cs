using System.IO.Hashing;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Chunks;

/// <summary>Verifies stored bytes of blocks against their CRC, each block once, and remembers those that do not match.</summary>
internal sealed class BlockChecksums
{
    // A bit for each block of a pack, and what a dictionary takes. When it is more, all is forgotten, and blocks are read once more as they are hit.
    private const int FootprintLimit = 4 << 20;
    private const int PackOverhead = 100;
    private const int BadLimit = 1 << 16;

    // Some TiB were written until then.
    private const int OwnLimit = 1 << 16;
    private const int Piece = 256 << 10;

    private readonly PackShelf shelf;
    private readonly Action<BackshiftException> report;
    private readonly Dictionary<ObjectName, ulong[]> good = [];
    private readonly HashSet<(ObjectName Pack, int Block)> bad = [];
    private readonly HashSet<ObjectName> own = [];
    private readonly HashSet<ObjectName> reported = [];
    private readonly HashSet<ObjectName> mismatched = [];
    private byte[] buffer = [];
    private int footprint;

    /// <param name="shelf">Opens packs.</param>
    /// <param name="report">Receives each pack that has such a block, once.</param>
    internal BlockChecksums(PackShelf shelf, Action<BackshiftException> report)
    {
        this.shelf = shelf;
        this.report = report;
    }

    /// <summary>Bytes of blocks that were read so far.</summary>
    internal long BytesRead { get; private set; }

    /// <summary>Whether a block did not match, whether or not it is still known which.</summary>
    internal bool HasFoundBad { get; private set; }

    /// <summary>The packs in which a block did not match, as far as they were reported; not those of which some could not be read, which may be for the moment.
    /// </summary>
    internal IReadOnlyCollection<ObjectName> Mismatched => mismatched;

    /// <summary>Notes that this process has just published a pack: nothing has had time to damage it, and to read it back would take as long as to write it.
    /// </summary>
    internal void Trust(ObjectName pack)
    {
        if (own.Count < OwnLimit)
        {
            own.Add(pack);
        }
    }

    internal bool IsKnownBad(ObjectName pack, int block) => bad.Count > 0 && bad.Contains((pack, block));

    /// <summary>Whether the stored bytes of a block are what was written. Reads them the first time.</summary>
    internal bool Match(ObjectName pack, int block)
    {
        if (own.Contains(pack))
        {
            return true;
        }

        if (good.TryGetValue(pack, out ulong[]? bits) && (bits[block >> 6] & (1UL << (block & 63))) != 0)
        {
            return true;
        }

        if (IsKnownBad(pack, block))
        {
            return false;
        }

        if (shelf.TryOpen(pack) is not { } open)
        {
            // The shelf has reported it.
            Remember(pack, block);
            return false;
        }

        if (Read(open, block, out bool isUnread) is { } trouble)
        {
            Remember(pack, block);
            if (reported.Count < BadLimit && reported.Add(pack))
            {
                report(new BackshiftException(ExitCode.DataError, $"pack {pack}: block {block} {trouble}; chunks from it are stored again",
                    "run bs-check --repair, so that the next saves replace damaged chunks"));
            }

            if (!isUnread && mismatched.Count < BadLimit)
            {
                mismatched.Add(pack);
            }

            return false;
        }

        if (bits is null)
        {
            bits = new ulong[(open.Directory.BlockCount + 63) >> 6];
            footprint += PackOverhead + (bits.Length * sizeof(ulong));
            if (footprint > FootprintLimit)
            {
                good.Clear();
                footprint = PackOverhead + (bits.Length * sizeof(ulong));
            }

            good.Add(pack, bits);
        }

        bits[block >> 6] |= 1UL << (block & 63);
        return true;
    }

    private void Remember(ObjectName pack, int block)
    {
        HasFoundBad = true;
        if (bad.Count >= BadLimit)
        {
            bad.Clear();
        }

        bad.Add((pack, block));
    }

    /// <summary>Null, or what is wrong with the stored bytes.</summary>
    private string? Read(OpenPack pack, int block, out bool isUnread)
    {
        isUnread = false;
        BlockRecord record = pack.Directory.Block(block);
        if (record.Offset < pack.Stored.KnownFrom)
        {
            // It cannot be read here, so there is nothing against it.
            return null;
        }

        buffer = buffer.Length == 0 ? GC.AllocateUninitializedArray<byte>(Piece) : buffer;
        Crc32 crc = new();
        try
        {
            for (int done = 0; done < record.Stored;)
            {
                Span<byte> piece = buffer.AsSpan(0, Math.Min(Piece, record.Stored - done));
                if (pack.Stored.ReadAt(piece, record.Offset + done) != piece.Length)
                {
                    return "is cut short";
                }

                crc.Append(piece);
                done += piece.Length;
            }
        }
        catch (StoreException e)
        {
            isUnread = true;
            return $"cannot be read: {e.Reason}";
        }

        BytesRead += record.Stored;
        return crc.GetCurrentHashAsUInt32() == record.Crc ? null : "does not match its CRC";
    }
}
