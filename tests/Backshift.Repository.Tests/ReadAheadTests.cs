using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Reading;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Tests;

/// <summary>What is read ahead of a reader, and what is asked for ahead of that where it comes from afar.</summary>
public sealed class ReadAheadTests : IDisposable
{
    private const int Files = 300;

    private readonly ScratchRepository repository = new(block: 64 << 10, pack: 4 << 20);
    private readonly List<StoredEntry> entries = [];
    private readonly List<byte[]> contents = [];

    public ReadAheadTests()
    {
        // Some repeat what others have, from other blocks and much later; and some are deltas.
        Random random = new(1);
        for (int i = 0; i < Files; i++)
        {
            byte[] content = new byte[30_000];
            if (i % 7 == 6)
            {
                content = contents[random.Next(contents.Count)];
            }
            else if (i % 7 == 3)
            {
                contents[i - 2].CopyTo(content, 0);
                content[random.Next(content.Length)] ^= 1;
            }
            else
            {
                random.NextBytes(content);
            }

            contents.Add(content);
            StoredEntry entry = new(new EntryRecord { Path = BytePath.Of($"file{i:000}"), Type = EntryType.File, Size = content.Length });
            entry.Parts = [new ContentPart(Digest.Of(content), content.Length)];
            entries.Add(entry);
        }

        repository.Store(chunks =>
        {
            for (int i = 0; i < Files; i++)
            {
                Digest[] earlier = i % 7 == 3 ? [Digest.Of(contents[i - 2])] : [];
                chunks.Add(Digest.Of(contents[i]), contents[i], () => earlier);
            }

            return 0;
        });
    }

    public static TheoryData<int, string> Ways => new()
    {
        { 0, "near" }, { 2, "near" }, { 0, "all" }, { 2, "all" }, { 0, "none" }, { 2, "none" }, { 0, "some" }, { 2, "some" }, { 0, "few" }, { 2, "few" },
    };

    [Theory, MemberData(nameof(Ways))]
    public void All_is_read_in_its_order_whatever_is_taken(int workers, string takes)
    {
        using RecordingStore store = Recorded(takes);
        Assert.Equal(contents, Read(store, workers, static _ => true));
    }

    [Theory, MemberData(nameof(Ways))]
    public void Parts_that_are_passed_over_do_no_harm(int workers, string takes)
    {
        using RecordingStore store = Recorded(takes);
        Assert.Equal(contents.Where(static (_, i) => i % 3 == 0), Read(store, workers, static i => i % 3 == 0));
    }

    [Theory, InlineData(0), InlineData(2)]
    public void From_afar_no_block_is_read_that_was_not_announced_and_none_is_announced_in_vain(int workers)
    {
        using RecordingStore store = Recorded("all");
        Read(store, workers, static _ => true);
        List<(BytePath, long, long)> announced = Ranges(store, "announce"), read = Ranges(store, "read");
        Assert.InRange(read.Count, 50, 300);
        Assert.Empty(read.Except(announced));
        Assert.Empty(announced.Except(read));
    }

    [Theory, InlineData(0), InlineData(2)]
    public void Of_a_store_that_is_near_nothing_is_announced(int workers)
    {
        using RecordingStore store = Recorded("near");
        Read(store, workers, static _ => true);
        Assert.Empty(Ranges(store, "announce"));
    }

    [Fact]
    public void Far_more_is_announced_than_can_be_decoded_at_once()
    {
        using RecordingStore store = Recorded("all");
        using RepositoryReader reader = RepositoryReader.Open(RepositoryDirectory.Open(store, keys: ScratchKeys.Instance), static e => throw e, 2);
        using ReadAhead ahead = new(reader, entries);
        Assert.True(ahead.TryNextEntry(out _));
        Assert.True(ahead.TryNextPart(out _));
        Assert.InRange(Ranges(store, "announce").Sum(static range => range.Item3), 5_000_000, 10_000_000);
    }

    [Fact]
    public void From_afar_each_pack_is_asked_for_long_before_its_first_block_is()
    {
        using RecordingStore store = Recorded("all");
        Read(store, 2, static _ => true);
        IReadOnlyList<StoreCall> calls = store.Calls;
        List<StoreCall> opened = [.. calls.Where(static call => call.ToString() == "open Pack")];
        List<StoreCall> announced = [.. calls.Where(static call => call.ToString() == "announce opening Pack")];
        Assert.InRange(opened.Count, 2, 10);
        Assert.Equal(opened.Select(static call => (call.Path, call.Bytes)), announced.Select(static call => (call.Path, call.Bytes)));
        foreach (StoreCall pack in announced)
        {
            int block = calls.Index().First(one => one.Item.ToString() == "announce Pack" && one.Item.Path == pack.Path).Index;
            Assert.True(calls.Index().First(one => one.Item == pack).Index < block);
        }
    }

    public void Dispose() => repository.Dispose();

    private static List<(BytePath, long, long)> Ranges(RecordingStore store, string verb) =>
        [.. store.Calls.Where(call => call.Verb == verb && call.Type == ObjectType.Pack).Select(static call => (call.Path, call.Offset, call.Bytes))];

    private RecordingStore Recorded(string takes)
    {
        int asked = 0;
        return new RecordingStore(DirectoryStore.Open(repository.Root))
        {
            Takes = takes switch
            {
                "near" => null,
                "all" => static (_, _, _) => true,
                "none" => static (_, _, _) => false,
                "some" => (_, _, _) => ++asked % 2 == 0,
                _ => (_, _, _) => ++asked % 17 == 0,
            },
        };
    }

    private List<byte[]> Read(RecordingStore store, int workers, Func<int, bool> wanted)
    {
        using RepositoryReader reader = RepositoryReader.Open(RepositoryDirectory.Open(store, keys: ScratchKeys.Instance), static e => throw e, workers);
        using ReadAhead ahead = new(reader, entries);
        List<byte[]> found = [];
        for (int i = 0; ahead.TryNextEntry(out StoredEntry? entry); i++)
        {
            Assert.Same(entries[i], entry);
            while (ahead.TryNextPart(out _))
            {
                if (wanted(i))
                {
                    found.Add(ahead.ReadPart().ToArray());
                }
            }
        }

        return found;
    }
}
