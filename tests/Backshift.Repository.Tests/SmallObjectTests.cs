using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Tests;

public sealed class SmallObjectTests
{
    public static TheoryData<string> Vectors => RepositoryVector.Of("small");

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_vector_is_read_or_refused_as_it_says(string name)
    {
        RepositoryVector vector = RepositoryVector.Load(name);
        ObjectType type = (ObjectType)vector["type"][0];
        if (vector.IsRefused)
        {
            Assert.Throws<BackshiftException>(() => Read(vector.File, type, out _));
            return;
        }

        byte[] body = Read(vector.File, type, out ObjectHeader header);
        Assert.Equal(vector["body"], Convert.ToHexStringLower(body));
        if (name.StartsWith("small-written-", StringComparison.Ordinal))
        {
            Assert.Equal(vector.File, SmallObject.Encode(header, body));
        }
    }

    [Fact]
    public void Any_byte_of_two_copies_may_change()
    {
        RepositoryVector vector = RepositoryVector.Load("small-written-saveset");
        byte[] good = vector.File;
        Assert.Equal(good, Kept(good, out bool isDamaged));
        Assert.False(isDamaged);
        for (int at = 0; at < good.Length; at++)
        {
            byte[] bad = [.. good];
            bad[at] ^= 0x01;
            Assert.Equal(vector["body"], Convert.ToHexStringLower(Read(bad, ObjectType.Saveset, out _)));
            Assert.Equal(good, Kept(bad, out isDamaged));
            Assert.True(isDamaged);
        }
    }

    [Fact]
    public void Two_copies_may_be_cut_after_the_first()
    {
        byte[] good = RepositoryVector.Load("small-written-saveset").File;
        int copy = RepositoryVector.Load("small-saveset").File.Length;
        for (int length = copy + 1; length < good.Length; length++)
        {
            Assert.Equal(good, Kept(good[..length], out bool isDamaged));
            Assert.True(isDamaged);
        }

        for (int length = 0; length < copy; length++)
        {
            Assert.Throws<BackshiftException>(() => Read(good[..length], ObjectType.Saveset, out _));
        }
    }

    [Theory]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, true, true)]
    public void A_copy_that_the_disk_does_not_read_is_not_needed(bool first, bool second, bool isLost)
    {
        byte[] body = [0x81, 0xa1, (byte)'k', 0xc6, 0, 2, 0, 0, .. new byte[2 << 16]];
        byte[] good = SmallObject.Encode(new ObjectHeader(ObjectType.Tags, 0, ObjectName.Random()), body);
        using ScratchRepository repository = new();
        ObjectPath path = ObjectPath.Tags(BytePath.Of("tags/h/20260101T000000Z~1"));
        repository.Put(path, good);
        using RecordingStore store = new(DirectoryStore.Open(repository.Root))
        {
            FailsAt = (_, from, to) => (first && from < 8192) || (second && to > good.Length - 8192),
        };
        if (isLost)
        {
            Assert.Throws<StoreException>(() => SmallObject.TryRead(store, path, "tags", out _));
            Assert.Throws<StoreException>(() => SmallObject.TryReadBytes(store, path, "tags", out _));
            return;
        }

        Assert.Equal(body, SmallObject.TryRead(store, path, "tags", out _));
        Assert.Equal(good, SmallObject.TryReadBytes(store, path, "tags", out bool isDamaged));
        Assert.True(isDamaged);
        Assert.True(store.TryMend(path, good));
    }

    [Fact]
    public void A_change_of_any_byte_is_noticed()
    {
        byte[] good = RepositoryVector.Load("small-saveset").File;
        for (int at = 0; at < good.Length; at++)
        {
            byte[] bad = [.. good];
            bad[at] ^= 0x01;
            Assert.Throws<BackshiftException>(() => Read(bad, ObjectType.Saveset, out _));
        }
    }

    [Fact]
    public void A_cut_at_any_byte_is_noticed()
    {
        byte[] good = RepositoryVector.Load("small-saveset").File;
        for (int length = 0; length < good.Length; length++)
        {
            Assert.Throws<BackshiftException>(() => Read(good[..length], ObjectType.Saveset, out _));
        }
    }

    /// <summary>What is kept of an object elsewhere.</summary>
    private static byte[] Kept(byte[] bytes, out bool isDamaged)
    {
        using ScratchRepository repository = new();
        ObjectPath path = ObjectPath.Saveset(BytePath.Of("savesets/h/20260101T000000Z"));
        repository.Put(path, bytes);
        return SmallObject.TryReadBytes(repository.Directory.Store, path, "object", out isDamaged)!;
    }

    private static byte[] Read(byte[] bytes, ObjectType type, out ObjectHeader header) => SmallObject.Decode(bytes, type, "object", out header);
}
