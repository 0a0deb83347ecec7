using System.Buffers.Binary;
using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>
/// The end of a pack, and its header, as a writer keeps them that cannot read the pack itself: header, offset from which on bytes are kept (u64), length of the
/// pack (u64), these bytes.
/// </summary>
internal sealed class CopiedPack : IStoredObject
{
    private const int FromOffset = ObjectHeader.Size;
    private const int LengthOffset = FromOffset + sizeof(long);
    private const int HeadSize = LengthOffset + sizeof(long);

    private readonly IStoredObject copy;
    private readonly byte[] header;
    private readonly Lazy<bool> isStored;
    private readonly Lazy<UnixTime> received;

    private CopiedPack(IStoredObject copy, byte[] header, long from, long length, Lazy<bool> isStored, Lazy<UnixTime> received)
    {
        this.copy = copy;
        this.header = header;
        this.isStored = isStored;
        this.received = received;
        (KnownFrom, Length) = (from, length);
    }

    public BytePath Shown => copy.Shown;

    /// <summary>When the pack itself was received, and not the copy, which has the time of this machine; long ago if that cannot be told.</summary>
    public UnixTime Received => received.Value;

    public long Length { get; }

    public long KnownFrom { get; }

    /// <summary>It may have been deleted, where it was stored.</summary>
    public bool IsReliable => isStored.Value;

    /// <summary>Opens a copy.</summary>
    /// <param name="copy">The file; closed with what is returned.</param>
    /// <param name="isStored">Whether the pack itself is still there.</param>
    /// <param name="received">When the pack itself was received.</param>
    /// <returns>Null if it is damaged.</returns>
    internal static CopiedPack? TryOpen(IStoredObject copy, Lazy<bool> isStored, Lazy<UnixTime> received)
    {
        byte[] head = new byte[HeadSize];
        if (copy.ReadAt(head, 0) != head.Length)
        {
            return null;
        }

        long from = BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(FromOffset));
        long length = BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(LengthOffset));
        return from >= ObjectHeader.Size && length >= from && length - from == copy.Length - HeadSize
            ? new CopiedPack(copy, head[..ObjectHeader.Size], from, length, isStored, received) : null;
    }

    /// <summary>Writes a copy.</summary>
    /// <param name="draft">Takes it.</param>
    /// <param name="stored">The pack.</param>
    /// <param name="from">The offset from which on bytes are kept.</param>
    internal static void Write(IObjectDraft draft, IStoredObject stored, long from)
    {
        byte[] buffer = new byte[1 << 16];
        long length = stored.Length;
        from = Math.Clamp(from, ObjectHeader.Size, length);
        stored.ReadExactly(buffer.AsSpan(0, ObjectHeader.Size), 0);
        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(FromOffset), from);
        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(LengthOffset), length);
        draft.Write(buffer.AsSpan(0, HeadSize));
        while (from < length)
        {
            Span<byte> part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - from));
            stored.ReadExactly(part, from);
            draft.Write(part);
            from += part.Length;
        }
    }

    public int ReadAt(Span<byte> buffer, long offset)
    {
        int wanted = (int)Math.Min(buffer.Length, Math.Max(0, Length - offset));
        int done = 0;
        if (offset < KnownFrom)
        {
            done = (int)Math.Min(wanted, KnownFrom - offset);
            buffer[..done].Clear();
            if (offset < header.Length)
            {
                ReadOnlySpan<byte> head = header.AsSpan((int)offset);
                head[..Math.Min(head.Length, done)].CopyTo(buffer);
            }
        }

        return done < wanted ? done + copy.ReadAt(buffer[done..wanted], offset + done - KnownFrom + HeadSize) : done;
    }

    public void Dispose() => copy.Dispose();
}
