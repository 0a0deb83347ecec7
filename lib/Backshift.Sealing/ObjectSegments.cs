using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>
/// A sealed pack or run as it would be without sealing. Segments are read and decrypted as they are needed. One whose tag does not match counts as lost: zeros
/// are in its place, which the checksums inside refuse. May be read by several threads at once.
/// </summary>
internal sealed class ObjectSegments : IStoredObject, IStoredView
{
    // What is read at once: a few blocks.
    private const int Reading = 64 * SealedLayout.Segment;

    private readonly byte[] key;
    private readonly SealedLayout layout;
    private readonly long count;
    private readonly long end;
    private Workplace? spare;

    private ObjectSegments(IStoredObject raw, byte[] key, int sealSize)
    {
        Raw = raw;
        this.key = key;
        layout = new SealedLayout(sealSize);
        bool hasSegments = raw.Length >= layout.LeastObject;
        count = hasSegments ? layout.CountOf(raw.Length) : 0;
        end = hasSegments ? raw.Length - sealSize : 0;
    }

    public bool IsReliable { get; private init; }

    public IStoredObject Stored => Raw;

    private IStoredObject Raw { get; }

    public BytePath Shown => Raw.Shown;

    public long Length { get; private set; }

    public UnixTime Received => Raw.Received;

    /// <summary>Opens a sealed object.</summary>
    /// <param name="raw">The object as it is stored; closed with what is returned.</param>
    /// <param name="key">Its key, 32 bytes; taken over.</param>
    /// <param name="sealSize">Length of its seals.</param>
    /// <param name="isReliable">Whether it was written by a writer with the root key.</param>
    internal static ObjectSegments Open(IStoredObject raw, byte[] key, int sealSize = Seal.Size, bool isReliable = true)
    {
        ObjectSegments segments = new(raw, key, sealSize) { IsReliable = isReliable };
        segments.Length = Math.Min(raw.Length, ObjectHeader.Size);
        if (segments.count > 0)
        {
            segments.Length += segments.ContentLength();
        }

        return segments;
    }

    public ReadOnlyMemory<byte> Version => Raw.Version;

    public int ReadAt(Span<byte> buffer, long offset) => Read(buffer, offset, mayBeKept: false);

    public int ReadKept(Span<byte> buffer, long offset) => Read(buffer, offset, mayBeKept: true);

    public bool TryAnnounce(long offset, int length, bool mayBeKept) =>
        RangeOf(offset, length) is not { } range || Raw.TryAnnounce(range.From, range.Length, mayBeKept);

    public bool IsUnderWay(long offset, int length, bool mayBeKept) =>
        RangeOf(offset, length) is { } range && Raw.IsUnderWay(range.From, range.Length, mayBeKept);

    /// <summary>Where the segments of a range are stored; null if it has none.</summary>
    private (long From, int Length)? RangeOf(long offset, int length)
    {
        long first = Math.Max(0, offset - ObjectHeader.Size), last = Math.Min(offset + length, Length) - ObjectHeader.Size - 1;
        if (last < first)
        {
            return null;
        }

        long from = layout.OffsetOf(layout.SegmentOf(first));
        return (from, (int)(StoredEnd(layout.SegmentOf(last)) - from));
    }

    private int Read(Span<byte> buffer, long offset, bool mayBeKept)
    {
        int wanted = (int)Math.Min(buffer.Length, Math.Max(0, Length - offset));
        int done = 0;
        if (wanted > SealedLayout.Segment)
        {
            // It is read in pieces.
            TryAnnounce(offset, wanted, mayBeKept);
        }

        if (offset < ObjectHeader.Size)
        {
            done = ReadHeader(buffer[..wanted], offset, mayBeKept);
            if (done < Math.Min(wanted, ObjectHeader.Size - offset))
            {
                return done;
            }
        }

        Workplace place = Take();
        try
        {
            while (done < wanted)
            {
                int read = ReadContent(place, buffer[done..wanted], offset + done - ObjectHeader.Size, mayBeKept);
                if (read == 0)
                {
                    break;
                }

                done += read;
            }
        }
        finally
        {
            Return(place);
        }

        return done;
    }

    public void Dispose()
    {
        Raw.Dispose();
        Interlocked.Exchange(ref spare, null)?.Dispose();
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>The header as it would be without sealing.</summary>
    private int ReadHeader(Span<byte> buffer, long offset, bool mayBeKept)
    {
        Span<byte> header = stackalloc byte[ObjectHeader.Size];
        int read = mayBeKept ? Raw.ReadKept(header, 0) : Raw.ReadAt(header, 0);
        if (read == header.Length)
        {
            ObjectHeader.Unseal(header);
        }

        int copied = (int)Math.Min(buffer.Length, Math.Max(0, read - offset));
        header.Slice((int)offset, copied).CopyTo(buffer);
        return copied;
    }

    /// <summary>How long the first part of the content is, as the last segment says.</summary>
    private long ContentLength()
    {
        long capacity = layout.CapacityOf(Raw.Length);
        Workplace place = Take();
        try
        {
            Span<byte> length = stackalloc byte[SealedLayout.LengthSize];
            if (place.Hold(this, count - 1, mayBeKept: false) && place.Held.Length >= length.Length)
            {
                place.Held[^length.Length..].CopyTo(length);
                long said = BinaryPrimitives.ReadInt64LittleEndian(length);
                return said >= 0 && said <= capacity - length.Length ? said : capacity;
            }

            return capacity;
        }
        catch (StoreException)
        {
            // A damaged end costs what lies there.
            return capacity;
        }
        finally
        {
            Return(place);
        }
    }

    /// <summary>Reads content up to the end of some segment.</summary>
    /// <returns>How many bytes, at least one unless the object ends early.</returns>
    private int ReadContent(Workplace place, Span<byte> target, long content, bool mayBeKept)
    {
        long first = layout.SegmentOf(content);
        int skipped = (int)(content - layout.ContentAt(first));
        if (skipped > 0 || target.Length < ContentOf(first))
        {
            // A part of a segment: it is kept, since the next read is likely to want the rest.
            place.Hold(this, first, mayBeKept);
            int taken = Math.Min(target.Length, Math.Max(0, place.Held.Length - skipped));
            place.Held.Slice(Math.Min(skipped, place.Held.Length), taken).CopyTo(target);
            return taken;
        }

        long last = first;
        while (last + 1 < count && layout.ContentAt(last + 1) + ContentOf(last + 1) - content <= target.Length
               && StoredEnd(last + 1) - layout.OffsetOf(first) <= Reading)
        {
            last++;
        }

        int stored = (int)(StoredEnd(last) - layout.OffsetOf(first));
        byte[] buffer = ArrayPool<byte>.Shared.Rent(stored);
        try
        {
            Span<byte> bytes = buffer.AsSpan(0, stored);
            int read = mayBeKept ? Raw.ReadKept(bytes, layout.OffsetOf(first)) : Raw.ReadAt(bytes, layout.OffsetOf(first));
            bytes[read..].Clear();
            int done = 0;
            for (long number = first; number <= last; number++)
            {
                int length = ContentOf(number);
                place.Decrypt(
                    number, number == count - 1,
                    bytes.Slice((int)(layout.OffsetOf(number) - layout.OffsetOf(first)), length + SealedLayout.TagSize),
                    target.Slice(done, length));
                done += length;
            }

            return done;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private long StoredEnd(long segment) => segment == count - 1 ? end : (segment + 1) * SealedLayout.Segment;

    private int ContentOf(long segment) => (int)Math.Max(0, StoredEnd(segment) - layout.OffsetOf(segment) - SealedLayout.TagSize);

    private Workplace Take() => Interlocked.Exchange(ref spare, null) ?? new Workplace(key);

    private void Return(Workplace place) => Interlocked.Exchange(ref spare, place)?.Dispose();

    /// <summary>A cipher, which serves one thread at a time, and the segment that it decrypted last.</summary>
    private sealed class Workplace(byte[] key) : IDisposable
    {
        private readonly AesGcm cipher = new(key, SealedLayout.TagSize);
        private readonly byte[] nonce = new byte[SegmentNonce.Size];
        private byte[] stored = [];
        private byte[] content = [];
        private long held = -1;
        private bool isHeldOfRead;
        private int length;

        internal Span<byte> Held => content.AsSpan(0, length);

        /// <summary>Reads a segment and keeps it.</summary>
        /// <param name="segments">Of what.</param>
        /// <param name="number">Which.</param>
        /// <param name="mayBeKept">Whether it may come from a cache.</param>
        /// <returns>Whether it is as it was written.</returns>
        internal bool Hold(ObjectSegments segments, long number, bool mayBeKept)
        {
            if (held == number && (mayBeKept || isHeldOfRead))
            {
                return true;
            }

            held = -1;
            length = segments.ContentOf(number);
            if (content.Length < length)
            {
                stored = new byte[Math.Min(SealedLayout.Segment, length + SealedLayout.TagSize)];
                content = new byte[length];
            }

            Span<byte> bytes = stored.AsSpan(0, length + SealedLayout.TagSize);
            long place = segments.layout.OffsetOf(number);
            int read = mayBeKept ? segments.Raw.ReadKept(bytes, place) : segments.Raw.ReadAt(bytes, place);
            bytes[read..].Clear();
            if (!Decrypt(number, number == segments.count - 1, bytes, Held))
            {
                return false;
            }

            held = number;
            isHeldOfRead = !mayBeKept;
            return true;
        }

        /// <summary>Decrypts a segment; to zeros if it is not as it was written.</summary>
        internal bool Decrypt(long number, bool isLast, ReadOnlySpan<byte> bytes, Span<byte> target)
        {
            SegmentNonce.Write(number, isLast, nonce);
            try
            {
                cipher.Decrypt(nonce, bytes[..^SealedLayout.TagSize], bytes[^SealedLayout.TagSize..], target);
                return true;
            }
            catch (AuthenticationTagMismatchException)
            {
                target.Clear();
                return false;
            }
        }

        public void Dispose()
        {
            cipher.Dispose();
            CryptographicOperations.ZeroMemory(content);
        }
    }
}
