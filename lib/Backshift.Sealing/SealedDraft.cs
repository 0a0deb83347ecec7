using System.Buffers.Binary;
using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>
/// A pack or run that is being written, encrypted segment by segment. Its writer writes, and reads back, what it would without sealing. It is closed by the
/// first read, or when it is published; then nothing can be added.
/// </summary>
internal sealed class SealedDraft : IObjectDraft, IStoredView
{
    private readonly IObjectDraft raw;
    private readonly SealingKeys keys;
    private readonly byte[] header = new byte[ObjectHeader.Size];
    private byte[] seal = [];
    private SealedLayout layout = new(Seal.Size);
    private readonly byte[] key = new byte[SealingKeys.KeySize];
    private readonly byte[] content = new byte[SealedLayout.Segment];
    private readonly byte[] stored = new byte[SealedLayout.Segment];
    private readonly byte[] nonce = new byte[SegmentNonce.Size];
    private AesGcm? cipher;
    private ObjectSegments? closed;
    private long segment;
    private int filled;

    /// <param name="raw">Takes the encrypted bytes; closed with the draft.</param>
    /// <param name="keys">The keys of the repository.</param>
    internal SealedDraft(IObjectDraft raw, SealingKeys keys)
    {
        this.raw = raw;
        this.keys = keys;
    }

    public BytePath Shown => raw.Shown;

    public long Length { get; private set; }

    public UnixTime Received => raw.Received;

    public IStoredObject Stored => raw;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (closed is not null)
        {
            throw new InvalidOperationException("the draft was read already");
        }

        if (Length < header.Length)
        {
            int taken = (int)Math.Min(header.Length - Length, bytes.Length);
            bytes[..taken].CopyTo(header.AsSpan((int)Length));
            bytes = bytes[taken..];
            Length += taken;
            if (Length == header.Length)
            {
                Begin();
            }
        }

        Length += bytes.Length;
        Append(bytes);
    }

    public long Filling(long length) =>
        layout.CapacityOf(layout.LengthFor(length - header.Length)) - SealedLayout.LengthSize - (length - header.Length);

    public int ReadAt(Span<byte> buffer, long offset) => Close().ReadAt(buffer, offset);

    public bool TryPublish(ObjectPath path)
    {
        Close();
        return raw.TryPublish(path);
    }

    public void Dispose()
    {
        cipher?.Dispose();
        closed?.Dispose();
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(content);
        raw.Dispose();
    }

    private void Begin()
    {
        seal = new byte[Seal.SizeFor(keys, ObjectHeader.TypeOf(header))];
        layout = new SealedLayout(seal.Length);
        Seal.Make(keys, ObjectHeader.TypeOf(header), ObjectHeader.NameOf(header), seal, key);
        cipher = new AesGcm(key, SealedLayout.TagSize);
        ObjectHeader.Seal(header);
        raw.Write(header);
        raw.Write(seal);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            // A full one is written only when more comes: the last one differs.
            if (filled == Room)
            {
                WriteSegment(isLast: false);
            }

            int taken = Math.Min(Room - filled, bytes.Length);
            bytes[..taken].CopyTo(content.AsSpan(filled));
            filled += taken;
            bytes = bytes[taken..];
        }
    }

    private int Room => (int)(((segment + 1) * SealedLayout.Segment) - layout.OffsetOf(segment) - SealedLayout.TagSize);

    private void WriteSegment(bool isLast)
    {
        SegmentNonce.Write(segment, isLast, nonce);
        cipher!.Encrypt(nonce, content.AsSpan(0, filled), stored.AsSpan(0, filled), stored.AsSpan(filled, SealedLayout.TagSize));
        raw.Write(stored.AsSpan(0, filled + SealedLayout.TagSize));
        segment++;
        filled = 0;
    }

    private ObjectSegments Close()
    {
        if (closed is not null)
        {
            return closed;
        }

        if (cipher is null)
        {
            throw new InvalidOperationException("there is no header yet");
        }

        long rest = Length - header.Length;
        long zeros = Filling(Length);
        Span<byte> none = stackalloc byte[512];
        none.Clear();
        for (; zeros > 0; zeros -= Math.Min(zeros, none.Length))
        {
            Append(none[..(int)Math.Min(zeros, none.Length)]);
        }

        Span<byte> length = stackalloc byte[SealedLayout.LengthSize];
        BinaryPrimitives.WriteInt64LittleEndian(length, rest);
        Append(length);
        WriteSegment(isLast: true);

        // The 64 bytes by which a seal is known come last.
        raw.Write(seal.AsSpan(Seal.Size));
        raw.Write(seal.AsSpan(0, Seal.Size));
        cipher.Dispose();
        cipher = null;
        closed = ObjectSegments.Open(new Borrowed(raw), [.. key], seal.Length);
        return closed;
    }

    /// <summary>The draft as it is stored, which is not closed with what reads it.</summary>
    private sealed class Borrowed(IObjectDraft draft) : IStoredObject
    {
        public BytePath Shown => draft.Shown;

        public long Length => draft.Length;

        public UnixTime Received => draft.Received;

        public int ReadAt(Span<byte> buffer, long offset) => draft.ReadAt(buffer, offset);

        public void Dispose()
        {
            // The draft itself is closed by who made it.
        }
    }
}
