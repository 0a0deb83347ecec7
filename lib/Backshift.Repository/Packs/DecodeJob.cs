using System.Buffers;
using System.Collections;
using System.IO.Hashing;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Packs;

/// <summary>A block that is read, decompressed and verified. Used again and again.</summary>
internal sealed class DecodeJob : Job
{
    private const string WrongCrc = "does not match its CRC";

    private readonly ChunkNaming naming;
    private byte[] content = [];
    private int[] offsets = [];
    private BitArray sound = new(0);
    private BitArray verified = new(0);

    /// <param name="naming">How the chunks of the repository are named.</param>
    internal DecodeJob(ChunkNaming naming) => this.naming = naming;

    internal OpenPack? Pack { get; private set; }

    internal int Block { get; private set; }

    /// <summary>What it counts for in the cache, in bytes.</summary>
    internal long Cost { get; set; }

    /// <summary>When it was used last, on the cache's own clock.</summary>
    internal long LastUse { get; set; }

    /// <summary>How many reads of it were announced and are still to come.</summary>
    internal int Awaited { get; set; }

    /// <summary>When the last of them was announced, on the same clock.</summary>
    internal long LastAsked { get; set; }

    /// <summary>What was wrong with the block, if parity had to heal it; otherwise null.</summary>
    internal string? Healed { get; private set; }

    /// <summary>
    /// What the block is made against, set before it is submitted: chunks of blocks that were submitted before this one, which no other job changes until this
    /// one is done. Forgotten then.
    /// </summary>
    internal (DecodeJob Job, int Slot)[] Bases { get; set; } = [];

    /// <summary>Whether a block that does not match its CRC is damaged even where all its chunks match their digests: for programs that look for
    /// damage.</summary>
    internal bool ChecksCrc { get; set; }

    /// <summary>The stored bytes of the block, which match their CRC, if the caller has read them and means these and no others; null to have them
    /// read.</summary>
    internal byte[]? Given { get; set; }

    /// <summary>Length of the longest block that fits into its buffers as they are.</summary>
    internal int Room => content.Length;

    /// <summary>Null, or what is wrong with the block as a whole.</summary>
    internal string? Damage { get; private set; }

    internal void Aim(OpenPack pack, int block)
    {
        Pack = pack;
        Block = block;
        Bases = [];
        ChecksCrc = false;
        Given = null;
        Healed = null;

        // Until it is decoded: a job that throws half way must not pass for the block that was here before.
        Damage = "was not decoded";
    }

    /// <summary>
    /// Whether chunks are verified only when <see cref="IsSound"/> is called, on the thread of the caller: for readers that need few chunks of a block.
    /// </summary>
    internal bool ChecksLate { get; set; }

    /// <summary>Whether the chunk in this slot matches its digest.</summary>
    internal bool IsSound(int slot)
    {
        PackDirectory directory = Pack!.Directory;
        int number = slot - directory.FirstSlot(Block);
        if (Damage is null && !verified[number])
        {
            verified[number] = true;
            sound[number] = naming.Of(Chunk(slot).Span) == directory.DigestAt(slot);
        }

        return Damage is null && sound[number];
    }

    /// <summary>Whether all chunks of the block match their digests.</summary>
    internal bool AreAllSound()
    {
        for (int slot = Pack!.Directory.FirstSlot(Block); slot < Pack.Directory.FirstSlot(Block + 1); slot++)
        {
            if (!IsSound(slot))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The content of the chunk in this slot; valid until the job is aimed elsewhere.</summary>
    internal ReadOnlyMemory<byte> Chunk(int slot)
    {
        int number = slot - Pack!.Directory.FirstSlot(Block);
        return content.AsMemory(offsets[number], offsets[number + 1] - offsets[number]);
    }

    internal void RunHere(WorkerContext context)
    {
        Submitted();
        Run(context);

        // An exception must not be left for a later block.
        Wait();
    }

    /// <summary>Reads the stored bytes.</summary>
    /// <returns>What is wrong with them, or null.</returns>
    private string? Read(Span<byte> frame, in BlockRecord record)
    {
        if (Given is not null)
        {
            Given.CopyTo(frame);
            return null;
        }

        try
        {
            if (Pack!.Directory.HoldsNodes && !ChecksCrc && Pack.Stored.ReadKept(frame, record.Offset) == frame.Length
                && Crc32.HashToUInt32(frame) == record.Crc)
            {
                return null;
            }

            return Pack.Stored.ReadAt(frame, record.Offset) != frame.Length ? "is cut short"
                : Crc32.HashToUInt32(frame) != record.Crc ? WrongCrc
                : null;
        }
        catch (StoreException e)
        {
            return $"cannot be read: {e.Reason}";
        }
    }

    protected override void Execute(WorkerContext context)
    {
        byte[]? joined = null;
        try
        {
            if (TryJoinBases(ref joined, out ReadOnlyMemory<byte> prefix))
            {
                Decode(context, prefix.Span);
            }
        }
        finally
        {
            Bases = [];
            if (joined is not null)
            {
                ArrayPool<byte>.Shared.Return(joined);
            }
        }
    }

    /// <summary>Makes the prefix of the chunks that it consists of.</summary>
    /// <param name="joined">The array that it is in, if it had to be made; to be returned to the pool.</param>
    /// <param name="prefix">The prefix, or empty where none is needed.</param>
    /// <returns>False if it is damaged.</returns>
    private bool TryJoinBases(ref byte[]? joined, out ReadOnlyMemory<byte> prefix)
    {
        prefix = default;

        // All of them: once this job is done, so is everything that it needs.
        foreach ((DecodeJob job, _) in Bases)
        {
            job.AwaitEnd();
        }

        long length = 0;
        foreach ((DecodeJob job, int slot) in Bases)
        {
            if (job.Damage is not null)
            {
                Damage = "is a delta against a damaged block";
                return false;
            }

            length += job.Chunk(slot).Length;
        }

        if (Bases.Length == 1)
        {
            prefix = Bases[0].Job.Chunk(Bases[0].Slot);
        }
        else if (Bases.Length > 1)
        {
            joined = ArrayPool<byte>.Shared.Rent((int)length);
            int at = 0;
            foreach ((DecodeJob job, int slot) in Bases)
            {
                ReadOnlyMemory<byte> chunk = job.Chunk(slot);
                chunk.Span.CopyTo(joined.AsSpan(at));
                at += chunk.Length;
            }

            prefix = joined.AsMemory(0, at);
        }

        return true;
    }

    private void Decode(WorkerContext context, ReadOnlySpan<byte> prefix)
    {
        PackDirectory directory = Pack!.Directory;
        BlockRecord record = directory.Block(Block);
        byte[] stored = context.ScratchFor(record.Stored);
        Span<byte> frame = stored.AsSpan(0, record.Stored);
        if (content.Length < record.Content)
        {
            content = GC.AllocateUninitializedArray<byte>(SpareJobs.RoomFor(record.Content));
        }

        string? fault = Read(frame, record);
        if (fault is not null && Pack.TryHeal(frame, record.Offset) && Crc32.HashToUInt32(frame) == record.Crc)
        {
            Healed = fault;
        }
        else if (fault is not null && (ChecksCrc || fault != WrongCrc))
        {
            Damage = fault;
            return;
        }
        else if (fault is not null && Read(frame, record) is { } again && again != WrongCrc)
        {
            Damage = again;
            return;
        }

        string? trouble = context.Codec.TryDecompress(record.Codec, frame, prefix, content.AsSpan(0, record.Content));
        if (trouble is not null)
        {
            // The CRC tells damage on the disk from a fault of ours; the digests below are what is trusted.
            Damage = Healed is null && fault is not null ? fault : trouble;
            return;
        }

        int first = directory.FirstSlot(Block);
        if (offsets.Length <= record.Chunks)
        {
            offsets = new int[record.Chunks + 1];
        }

        if (sound.Length < record.Chunks)
        {
            sound = new BitArray(record.Chunks);
            verified = new BitArray(record.Chunks);
        }

        int offset = 0;
        for (int i = 0; i < record.Chunks; i++)
        {
            int size = directory.SizeAt(first + i);
            offsets[i] = offset;
            verified[i] = !ChecksLate;
            sound[i] = false;
            offset += size;
        }

        offsets[record.Chunks] = offset;
        if (!ChecksLate)
        {
            VerifyAll(directory, first, record.Chunks);
        }

        Damage = null;
    }

    private void VerifyAll(PackDirectory directory, int first, int count)
    {
        for (int i = 0; i + 1 < count; i += 2)
        {
            naming.OfBoth(ContentOf(i), ContentOf(i + 1), out Digest name, out Digest next);
            sound[i] = name == directory.DigestAt(first + i);
            sound[i + 1] = next == directory.DigestAt(first + i + 1);
        }

        if (count % 2 != 0)
        {
            sound[count - 1] = naming.Of(ContentOf(count - 1)) == directory.DigestAt(first + count - 1);
        }
    }

    private ReadOnlySpan<byte> ContentOf(int number) => content.AsSpan(offsets[number], offsets[number + 1] - offsets[number]);
}
