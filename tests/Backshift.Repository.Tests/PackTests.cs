using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Tests;

public sealed class PackTests : IDisposable
{
    private readonly ScratchRepository repository = new();

    public static TheoryData<string> Vectors => RepositoryVector.Of("pack");

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_vector_is_read_or_refused_as_it_says(string name)
    {
        RepositoryVector vector = RepositoryVector.Load(name);
        Place(vector.File);
        if (vector.IsRefused)
        {
            Assert.Throws<BackshiftException>(() => Directory());
            return;
        }

        PackDirectory directory = Directory();
        Assert.Equal(vector.Words("chunk").SelectMany(static words => Enumerable.Repeat(words[1], SlotsOf(words[0]))),
            Enumerable.Range(0, directory.ChunkCount).Select(slot => directory.DigestAt(slot).ToString()));
        using RepositoryReader reader = repository.Read();
        foreach (string[] words in vector.Words("chunk"))
        {
            Digest digest = new(Convert.FromHexString(words[1]));
            if (words[2] == "either")
            {
                // The CRC is there to be checked without decompressing; a reader that takes the digest may pass over it.
                continue;
            }

            if (words[2] == "damaged")
            {
                Assert.Throws<BackshiftException>(() => reader.Contents.Read(digest));
            }
            else
            {
                Assert.Equal(RepositoryVector.Bytes(string.Join(' ', words[2..])), reader.Contents.Read(digest).ToArray());
            }
        }
    }

    [Fact]
    public void A_change_of_any_byte_of_header_directory_or_trailer_is_noticed()
    {
        byte[] good = RepositoryVector.Load("pack-prefix").File;
        int directory = BitConverter.ToInt32(good, good.Length - PackLimits.TrailerSize);
        foreach (int at in Enumerable.Range(0, ObjectHeader.Size).Concat(Enumerable.Range(directory, good.Length - directory)))
        {
            byte[] bad = [.. good];
            bad[at] ^= 0x80;
            Place(bad);
            Assert.Throws<BackshiftException>(() => Directory());
        }
    }

    [Fact]
    public void A_change_of_any_byte_of_a_block_is_noticed_and_costs_no_other_block()
    {
        byte[] good = RepositoryVector.Load("pack-crc").File;
        byte[] second = "def"u8.ToArray();
        for (int at = ObjectHeader.Size; at < ObjectHeader.Size + 3; at++)
        {
            byte[] bad = [.. good];
            bad[at] ^= 0x01;
            Place(bad);
            using RepositoryReader reader = repository.Read();
            Assert.Throws<BackshiftException>(() => reader.Contents.Read(Digest.Of("abc"u8)));
            Assert.Equal(second, reader.Contents.Read(Digest.Of(second)).ToArray());
        }
    }

    [Fact]
    [Trait("Length", "long")]
    public void No_change_of_a_byte_makes_a_chunk_another_one()
    {
        RepositoryVector vector = RepositoryVector.Load("pack-prefix");
        byte[] good = vector.File;
        for (int at = 0; at < good.Length; at++)
        {
            byte[] bad = [.. good];
            bad[at] ^= 0x04;
            Place(bad);
            using RepositoryReader reader = repository.Read();
            foreach (string[] words in vector.Words("chunk"))
            {
                Digest digest = new(Convert.FromHexString(words[1]));
                try
                {
                    Assert.Equal(digest, Digest.Of(reader.Contents.Read(digest).Span));
                }
                catch (BackshiftException e)
                {
                    Assert.Equal(ExitCode.DataError, e.Code);
                }
            }
        }
    }

    [Fact]
    [Trait("Length", "long")]
    public void A_cut_at_any_byte_is_noticed()
    {
        byte[] good = RepositoryVector.Load("pack-raw").File;
        for (int length = 0; length < good.Length; length++)
        {
            Place(good[..length]);
            Assert.Throws<BackshiftException>(() => Directory());
        }
    }

    [Fact]
    public void A_pack_is_read_before_it_is_published()
    {
        using HandmadePack pack = new(repository);
        pack.Add("abc"u8.ToArray());
        Assert.Contains("does not match its checksum", Assert.Throws<BackshiftException>(() => pack.Publish(Spoil)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(repository.At(ObjectPath.Pack(pack.Name))));

        // What a disk, or memory, might do to what was written.
        void Spoil()
        {
            // dd(1), since the base library minds the lock.
            string file = Assert.Single(System.IO.Directory.GetFiles(repository.Root.Join("tmp").ToString()));
            long at = new FileInfo(file).Length - PackLimits.TrailerSize - Digest.Size;
            using System.Diagnostics.Process dd =
                System.Diagnostics.Process.Start("dd", ["if=/dev/zero", $"of={file}", "bs=1", $"seek={at}", "count=8", "conv=notrunc", "status=none"]);
            dd.WaitForExit();
            Assert.Equal(0, dd.ExitCode);
        }
    }

    [Fact]
    public void Digests_that_were_chosen_to_begin_alike_do_not_slow_a_directory_down()
    {
        // A table by the first bytes would take some 10^10 steps for these.
        using HandmadePack pack = new(repository);
        List<(Digest Digest, byte[] Content)> chunks = [];
        byte[] digest = new byte[Digest.Size];
        for (int block = 0; block < 4; block++)
        {
            chunks.Clear();
            for (int i = 0; i < 60_000; i++)
            {
                BitConverter.TryWriteBytes(digest.AsSpan(16), (block * 60_000) + i);
                chunks.Add((new Digest(digest), [1]));
            }

            pack.Add([.. chunks]);
        }

        pack.Publish();
        using OpenPack opened = OpenPack.TryOpen(repository.Directory, pack.Name)!;
        PackDirectory directory = opened.Directory;
        Assert.Equal(239_999, directory.Find(chunks[^1].Digest));
        Assert.Equal(-1, directory.Find(Digest.Of("another"u8)));
    }

    public void Dispose() => repository.Dispose();

    private static ObjectName Name => ObjectName.Read(RepositoryVector.Bytes(RepositoryVector.Load("pack-raw")["name"]));

    /// <summary>Number of slots in "3" or "0-7".</summary>
    private static int SlotsOf(string words)
    {
        int[] ends = [.. words.Split('-').Select(RepositoryVector.Number)];
        return ends[^1] - ends[0] + 1;
    }

    private void Place(byte[] bytes) => repository.Put(ObjectPath.Pack(Name), bytes);

    private PackDirectory Directory()
    {
        using OpenPack pack = OpenPack.TryOpen(repository.Directory, Name)!;
        return pack.Directory;
    }
}
