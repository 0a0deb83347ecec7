using System.IO.Hashing;
using Backshift.Objects;
using Backshift.Repository.Collecting;
using Backshift.Repository.Configuration;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Tests;

/// <summary>A host that can write to its packs changes one while a collection copies out of it.</summary>
public sealed class ChangingPackTests : CollectionFixture
{
    // The generator of CRC-32, whose first bit comes first: it can be added to any content, and the CRC stays.
    private static readonly byte[] Unseen = [0x41, 0x06, 0x71, 0xDB, 0x01];

    [Fact]
    public void The_bytes_that_are_copied_are_those_that_were_verified()
    {
        // Together they are too long for one block.
        byte[] kept = Bytes(1, 300_000);
        Saveset first = Save(("a", [kept]), ("b", [Bytes(2, 1_000_000)]));
        Saveset second = Save(("a", [kept]));
        first.Delete(Scratch.Directory);
        ObjectName pack = NamesOf(second).Single(name => !IsNodes(name));
        int at = Scratch.Get(ObjectPath.Pack(pack).Path).AsSpan().IndexOf(kept.AsSpan(0, 100)) + 1000, reads = 0;
        Assert.True(at >= 1000);
        uint crc = Crc32.HashToUInt32(kept);
        Change(kept.AsSpan(1000));
        Assert.Equal(crc, Crc32.HashToUInt32(kept));
        Change(kept.AsSpan(1000));

        RecordingStore store = new(DirectoryStore.Open(Scratch.Root))
        {
            IsOfHost = path => path == ObjectPath.Pack(pack),
            Changes = (path, offset, bytes) =>
            {
                if (path == ObjectPath.Pack(pack) && offset <= at && offset + bytes.Length >= at + Unseen.Length && ++reads > 1)
                {
                    Change(bytes[(int)(at - offset)..]);
                }
            },
        };
        using (RepositoryDirectory directory = RepositoryDirectory.Open(store))
        {
            Assert.Equal(1, Collect(new CollectOptions { MaxUnused = 0 }, directory).RewrittenPacks);
        }

        Assert.Empty(Said);
        Assert.DoesNotContain(pack, Scratch.Directory.ListPacks());
        AssertReadable(second);
        AssertSound();
    }

    private static void Change(Span<byte> bytes)
    {
        for (int i = 0; i < Unseen.Length; i++)
        {
            bytes[i] ^= Unseen[i];
        }
    }
}
