using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Codecs;
using Backshift.Repository.Collecting;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Tests;

/// <summary>A collection that would rely on a copy looks at its stored bytes. Where they are not what was written, it condemns the pack, as a repair
/// does.</summary>
public sealed class RottenCopyTests : CollectionFixture
{
    private static readonly byte[][] Shared = [.. Enumerable.Range(0, 10).Select(static i => Bytes(i, 2000))];

    // Some may stay unused: so the pack goes that is hardly needed, and not the other one.
    private static readonly CollectOptions Some = new() { MaxUnused = 0.15 };

    [Fact]
    public void A_pack_with_stored_bytes_that_do_not_match_is_condemned_and_emptied_by_the_next_run()
    {
        ObjectName rotten = KeepTwoCopies();
        Scratch.Flip(ObjectPath.Pack(rotten).Path, 5000);
        Collect(Some);
        Assert.Equal([rotten], Condemned());
        Assert.All(Shared, chunk => Assert.Equal(chunk, Read(chunk)));
        Collect(Some);
        Assert.DoesNotContain(rotten, Scratch.Directory.ListPacks());
        Assert.Empty(Condemned());
        AssertReadable(Assert.Single(Savesets()));
        AssertSound();
    }

    [Theory]
    [InlineData(StoreTrouble.Broken)]
    [InlineData(StoreTrouble.Refused)]
    public void A_pack_that_cannot_be_read_for_the_moment_is_not_condemned(StoreTrouble trouble)
    {
        ObjectName unread = KeepTwoCopies();
        int failures = 0;
        using (RepositoryDirectory failing = OpenFailing(unread, trouble, () => failures++))
        {
            CollectCounts counts = Collect(Some, failing);
            Assert.True(counts.DeletedPacks > 0 && failures > 0);
        }

        Assert.Empty(Condemned());
        Assert.Contains(Said, line => line.Contains($"{unread}: block 0 cannot be read", StringComparison.Ordinal));
        AssertReadable(Assert.Single(Savesets()));
        AssertSound();
    }

    [Fact]
    public void A_pack_that_a_list_names_which_cannot_be_read_is_condemned_once_more()
    {
        // Writers pass over such a list, and would go on to rely on the pack.
        ObjectName rotten = KeepTwoCopies();
        ObjectName list = new CondemnedList(default, CondemnedList.Damaged, [rotten]).Publish(Scratch.Directory);
        Scratch.Spoil(ObjectPath.CondemnedList(list).Path);
        Scratch.Flip(ObjectPath.Pack(rotten).Path, 5000);
        Collect(Some);
        Assert.Contains(Said, line => line.Contains(list.ToString(), StringComparison.Ordinal));
        Assert.Equal([rotten], Condemned());
    }

    /// <summary>Which of two copies is found first depends on names, that is on chance.</summary>
    [Fact]
    public void One_that_is_met_when_old_packs_are_recompressed_is_condemned_too()
    {
        for (int i = 0; i < 16; i++)
        {
            byte[] chunk = Bytes(1000 + i, 5000);
            Saveset first = Save(("a", [chunk]));
            ObjectName old = NamesOf(first).Single(name => !IsNodes(name));
            Age(ObjectPath.Pack(old), TimeSpan.FromDays(60));
            Saveset second = SaveAgain(old, ("b", [chunk, Bytes(2000 + i, 5000)]));
            ObjectName young = NamesOf(second).Single(name => !IsNodes(name));
            Scratch.Flip(ObjectPath.Pack(young).Path, 2000);
            Collect(new CollectOptions
            {
                Recompress = new CodecChoice(Codec.Zstd, 12),
                OldBefore = new UnixTime(UnixTime.Now(TimeProvider.System).Seconds - (30 * 86400), 0),
                MaxUnused = 1,
            });
            Assert.Equal([young], Condemned());
            Assert.Equal(chunk, Read(chunk));
            first.Delete(Scratch.Directory);
            second.Delete(Scratch.Directory);
            foreach (ObjectName list in Scratch.Directory.ListCondemned().ToArray())
            {
                Scratch.Delete(ObjectPath.CondemnedList(list).Path);
            }
        }
    }

    /// <summary>Saves files with some chunks in a pack that stays, and the same chunks in another one that goes.</summary>
    /// <returns>The pack that stays.</returns>
    private ObjectName KeepTwoCopies()
    {
        Saveset first = Save(("a", [.. Shared, .. Enumerable.Range(100, 15).Select(static i => Bytes(i, 20_000))]));
        ObjectName kept = NamesOf(first).Single(name => !IsNodes(name));
        SaveAgain(kept, ("b", [.. Shared, .. Enumerable.Range(200, 20).Select(static i => Bytes(i, 20_000))])).Delete(Scratch.Directory);
        return kept;
    }

    /// <summary>Saves files as if a pack were not there.</summary>
    private Saveset SaveAgain(ObjectName absent, (string Path, byte[][] Chunks) file)
    {
        ObjectName list = new CondemnedList(default, CondemnedList.Damaged, [absent]).Publish(Scratch.Directory);
        Saveset saved = Save(file);
        Scratch.Delete(ObjectPath.CondemnedList(list).Path);
        return saved;
    }

    /// <summary>The packs that readable lists condemn as damaged, each as often as it is named.</summary>
    private List<ObjectName> Condemned()
    {
        List<ObjectName> packs = [];
        foreach (ObjectName name in Scratch.Directory.ListCondemned())
        {
            try
            {
                CondemnedList list = CondemnedList.TryRead(Scratch.Directory, name)!;
                packs.AddRange(list.Reason == CondemnedList.Damaged ? list.Packs : []);
            }
            catch (BackshiftException)
            {
                // It was spoiled by the test.
            }
        }

        return packs;
    }

    private byte[] Read(byte[] chunk)
    {
        using RepositoryReader reader = Scratch.Read();
        return reader.Contents.Read(Digest.Of(chunk)).ToArray();
    }

    private List<Saveset> Savesets()
    {
        using RepositoryReader reader = Scratch.Read();
        return reader.Savesets();
    }

    /// <summary>Opens the repository on a disk that reads the end of a pack, and none of its blocks.</summary>
    private RepositoryDirectory OpenFailing(ObjectName pack, StoreTrouble trouble, Action failed) =>
        RepositoryDirectory.Open(new RecordingStore(DirectoryStore.Open(Scratch.Root))
        {
            Trouble = trouble,
            FailsAt = (path, from, _) =>
            {
                bool fails = path == ObjectPath.Pack(pack) && from < 100_000;
                if (fails)
                {
                    failed();
                }

                return fails;
            },
        });
}
