using Backshift.Objects;

namespace Backshift.Sealing.Tests;

/// <summary>Packs and runs that are written through a seal, and damage to them.</summary>
public sealed class SealedDraftTests : IDisposable
{
    private const int Lengths = 60_000;
    private static readonly ObjectName Name = ObjectName.Random();
    private readonly RootKey root = RootKey.Random();
    private static readonly SealedLayout Layout = new(Seal.Size);
    private readonly RepositoryKeys keys;

    public SealedDraftTests() => keys = RepositoryKeys.Derive(root, new byte[32]);

    [Theory]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(16_295)]
    [InlineData(16_296)]
    [InlineData(16_297)]
    [InlineData(16_304)]
    [InlineData(32_664)]
    [InlineData(32_665)]
    [InlineData(Lengths)]
    public void What_is_written_is_read_back_from_any_place(int length)
    {
        (byte[] plain, MemoryObject stored) = Write(length, pieces: 1 + (length % 700));
        using ObjectSegments read = Open(stored.Bytes);
        Assert.Equal(length, read.Length);
        Assert.Equal(plain, ReadAt(read, 0, length + 5));
        Random random = new(length);
        for (int i = 0; i < 300; i++)
        {
            int offset = random.Next(length), count = random.Next(1, length);
            Assert.Equal(plain[offset..Math.Min(length, offset + count)], ReadAt(read, offset, count));
        }
    }

    [Theory, InlineData(Seal.Size), InlineData(Seal.SizeWithSession)]
    public void Every_length_up_to_two_segments_has_a_layout_that_gives_it_back(int sealSize)
    {
        SealedLayout layout = new(sealSize);
        for (long content = 0; content < 3 * SealedLayout.Segment; content++)
        {
            long length = layout.LengthFor(content);
            long last = length - sealSize - layout.OffsetOf(layout.CountOf(length) - 1);
            Assert.True(layout.CapacityOf(length) >= content + SealedLayout.LengthSize && last >= SealedLayout.LeastLast, $"{content} bytes");
            Assert.Equal(length, SealedLayout.Padme(length));
        }
    }

    [Fact]
    public void A_draft_that_is_filled_up_as_it_says_needs_no_zeros()
    {
        for (int length = 32; length < Lengths; length += 777)
        {
            using SealedDraft draft = new(new MemoryObject([]), keys);
            long zeros = draft.Filling(length);
            Assert.Equal(0, draft.Filling(length + zeros));
            Assert.Equal(Layout.LengthFor(length - 32), Layout.LengthFor(length - 32 + zeros));
        }
    }

    [Fact]
    public void Damage_costs_the_segments_that_it_is_in_and_is_never_read()
    {
        (byte[] plain, MemoryObject stored) = Write(Lengths, pieces: 500);
        byte[] bytes = stored.Bytes;
        for (int at = Layout.Start; at < bytes.Length - Seal.Size; at += 331)
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 1;
            using ObjectSegments opened = Open(damaged);
            byte[] read = ReadAt(opened, 0, (int)opened.Length);
            long segment = at / SealedLayout.Segment;
            long first = ObjectHeader.Size + Layout.ContentAt(segment), end = ObjectHeader.Size + Layout.ContentAt(segment + 1);
            for (int i = 0; i < read.Length; i++)
            {
                byte right = i < plain.Length ? plain[i] : (byte)0;
                Assert.True(read[i] == (i >= first && i < end ? 0 : right) || i >= plain.Length, $"byte {i} after damage at {at}");
            }
        }
    }

    [Fact]
    public void The_same_name_twice_is_not_the_same_key_twice()
    {
        // A retry after a failed write, or a cloned machine, may come to write under a name that was used already.
        HashSet<string> used = [];
        for (int i = 0; i < 100; i++)
        {
            (_, MemoryObject stored) = Write(100, pieces: 100);
            byte[] key = new byte[32];
            Assert.True(Seal.TryOpen(keys, ObjectType.Pack, Name, stored.Bytes.AsSpan(ObjectHeader.Size, Seal.Size), key, out _));
            Assert.True(used.Add(Convert.ToHexString(key)), "a key came twice");
        }
    }

    [Fact]
    public void The_segments_of_an_object_have_different_nonces()
    {
        HashSet<string> used = [];
        byte[] nonce = new byte[SegmentNonce.Size];
        for (long number = 0; number < 5000; number++)
        {
            foreach (bool isLast in (bool[])[false, true])
            {
                SegmentNonce.Write(number, isLast, nonce);
                Assert.True(used.Add(Convert.ToHexString(nonce)));
            }
        }
    }

    [Fact]
    public void What_is_stored_shows_neither_content_nor_how_long_it_is()
    {
        (_, MemoryObject one) = Write(20_000, pieces: 20_000);
        (_, MemoryObject other) = Write(20_100, pieces: 20_000);
        Assert.Equal(one.Length, other.Length);
        Assert.Equal(-1, one.Bytes.AsSpan(ObjectHeader.Size).IndexOf("the content "u8));
    }

    public void Dispose()
    {
        keys.Dispose();
        root.Dispose();
    }

    private static byte[] ReadAt(IStoredObject read, int offset, int count)
    {
        byte[] buffer = new byte[count];
        return buffer[..read.ReadAt(buffer, offset)];
    }

    private ObjectSegments Open(byte[] stored)
    {
        byte[] key = new byte[32];
        Assert.True(Seal.TryOpen(keys, ObjectType.Pack, Name, stored.AsSpan(ObjectHeader.Size, Seal.Size), key, out _));
        return ObjectSegments.Open(new MemoryObject(stored), key);
    }

    private (byte[] Plain, MemoryObject Stored) Write(int length, int pieces)
    {
        byte[] plain = new byte[length];
        for (int i = 0; i < length; i++)
        {
            plain[i] = "the content "u8[i % 12];
        }

        new ObjectHeader(ObjectType.Pack, 0, Name).CopyTo(plain);
        MemoryObject stored = new([]);
        using SealedDraft draft = new(stored, keys);
        for (int at = 0; at < length; at += pieces)
        {
            draft.Write(plain.AsSpan(at, Math.Min(pieces, length - at)));
        }

        Assert.Equal(plain, ReadAt(draft, 0, length));
        Assert.True(draft.TryPublish(ObjectPath.Pack(Name)));
        return (plain, stored);
    }
}
