using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Checking;
using Backshift.Repository.Findings;
using Backshift.Objects;
using Backshift.Repository.Intents;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;
using Backshift.Repository.Workers;
using MessagePack;

namespace Backshift.Repository.Tests;

/// <summary>What a check finds is told in kinds and names, beside the words for the user.</summary>
public sealed class FindingTests : IDisposable
{
    private static readonly Saveset Template = new() { Host = "h", Started = new UnixTime(1_795_424_645, 0), Program = "test", Complete = true };
    private static readonly string Name = "h@20261123T090405Z";

    private readonly ScratchRepository repository = new();
    private IReadOnlyCollection<ObjectName> unreadable = [];

    [Fact]
    public void A_repository_that_is_whole_has_none()
    {
        Save(File("a", "abc"));
        Assert.Empty(Check());
    }

    [Fact]
    public void A_block_that_is_damaged_is_one_of_its_pack()
    {
        Save(File("a", "abc"));
        BytePath pack = repository.Packs(holdNodes: false).Single();
        repository.Flip(pack, ObjectHeader.Size);
        Finding block = Only(FindingKind.BlockDamaged);
        Assert.Equal(ObjectPath.Pack(block.Pack!.Value).Path, pack);
        Assert.StartsWith($"pack {block.Pack}: block 0 ", block.ToString(), StringComparison.Ordinal);
        Finding chunk = Only(FindingKind.ChunkMissing);
        Assert.Equal((Name, "a", Digest.Of("abc"u8)), (chunk.Saveset!.Name, chunk.Path.ToString(), chunk.Chunk));
        Assert.StartsWith($"{Name}: a: chunk {chunk.Chunk}: pack ", chunk.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_intent_or_a_fence_that_is_damaged_is_named_and_a_whole_one_is_not(bool isFence)
    {
        Save(File("a", "abc"));
        Intent intent = Intent.OfThisProcess(IntentKind.Save, TimeProvider.System, repository.Directory.Store);
        ObjectPath path = isFence ? ObjectPath.Fence(intent.Id) : ObjectPath.Intent(intent.Id, 1);
        byte[] whole = intent.Encode();
        repository.Put(path, whole);
        Assert.Empty(Check());
        repository.Delete(path.Path);
        repository.Put(path, [.. whole, .. "grown"u8]);
        Assert.Contains(path.Path.ToString(), Only(FindingKind.CopyDamaged).ToString(), StringComparison.Ordinal);
        repository.Delete(path.Path);
        repository.Put(path, whole[..^40]);
        Assert.Contains(path.Path.ToString(), Only(FindingKind.IntentUnreadable).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_slot_that_cannot_be_read_is_named()
    {
        using ScratchRepository locked = new(isSealed: true);
        ObjectPath path = ObjectPath.KeySlot(ObjectName.Random());
        locked.Put(path, "no slot"u8.ToArray());
        using WorkerPool workers = new(1);
        List<Finding> found = [];
        using RepositoryCheck check = new(locked.Directory, workers, found.Add);
        check.Run(readData: true, CancellationToken.None);
        Assert.Equal(FindingKind.KeySlotUnreadable, found.Single().Kind);
        Assert.Contains(path.Name.ToString(), found.Single().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_chunk_that_is_not_what_its_digest_says_is_named()
    {
        using (HandmadePack pack = new(repository))
        {
            pack.Add([(Digest.Of("abc"u8), "abd"u8.ToArray())]);
            pack.Publish();
        }

        Finding chunk = Only(FindingKind.ChunkDamaged);
        Assert.Equal(Digest.Of("abc"u8), chunk.Chunk);
        Assert.Equal($"pack {chunk.Pack}: chunk {chunk.Chunk} in block 0 does not match its digest", chunk.ToString());
    }

    [Fact]
    public void A_pack_that_is_gone_is_missed_by_its_run_and_by_what_needs_it()
    {
        Save(File("a", "abc"));
        BytePath pack = repository.Packs(holdNodes: true).Single();
        repository.Delete(pack);
        Finding gone = Only(FindingKind.PackGone);
        Assert.Equal(pack, ObjectPath.Pack(gone.Pack!.Value).Path);
        Assert.StartsWith($"pack {gone.Pack}: is gone; run ", gone.ToString(), StringComparison.Ordinal);
        Finding node = Only(FindingKind.NodeUnreadable);
        Assert.StartsWith($"{Name}: all entries: chunk {node.Chunk}: ", node.ToString(), StringComparison.Ordinal);
        Assert.Empty(unreadable);
    }

    [Fact]
    public void A_pack_whose_directory_is_damaged_is_named()
    {
        Save(File("a", "abc"));
        BytePath pack = repository.Packs(holdNodes: false).Single();
        repository.Flip(pack, -1);
        Assert.Contains("its directory does not match its checksum", Only(FindingKind.PackUnreadable).ToString(), StringComparison.Ordinal);
        Assert.Equal(pack, ObjectPath.Pack(unreadable.Single()).Path);
    }

    [Fact]
    public void A_run_a_list_and_a_saveset_that_cannot_be_read_differ()
    {
        Saveset saveset = Save(File("a", "abc"));
        repository.Spoil(saveset.Place);
        repository.Flip(ObjectPath.Run(repository.Directory.ListRuns().Single()).Path, 40);
        repository.Put(ObjectPath.CondemnedList(ObjectName.Random()).Path, new byte[200]);
        Assert.Equal(
            [FindingKind.SavesetUnreadable, FindingKind.CondemnedListUnreadable, FindingKind.IndexDamaged],
            Check().Select(static finding => finding.Kind).Order());
    }

    [Fact]
    public void One_damaged_copy_of_two_is_named_and_the_other_is_used()
    {
        Saveset saveset = Save(File("a", "abc"));
        repository.Flip(saveset.Place, 40);
        Assert.Contains($"{saveset.Place}: is damaged", Only(FindingKind.CopyDamaged).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_of_a_later_type_is_no_damage()
    {
        Save(new StoredEntry(HandmadeTree.Later("a", "whiteout")));
        Finding finding = Only(FindingKind.TypeUnknown);
        Assert.False(finding.IsDamage);
        Assert.Equal($"{Name}: a: has the type \"whiteout\", which this version does not know; a later one restores it", finding.ToString());
    }

    [Fact]
    public void What_is_wrong_with_entries_has_a_kind_each()
    {
        StoredEntry longer = File("longer", "abc");
        longer.Entry.Size = 4;
        StoredEntry other = File("other", "abc");
        other.Parts = [new ContentPart(other.Parts[0].Digest, 2)];
        StoredEntry holes = File("holes", "abc");
        Save(File("below", "abc"), File("below/it", "abc"), longer, other, Of("device", EntryType.CharacterDevice), Of("link", EntryType.Link, "nowhere"),
            Of("zlink", EntryType.Link, "link"), holes);
        Assert.Equal(
            [
                (FindingKind.ChunkLength, "other"), (FindingKind.ContentLength, "longer"), (FindingKind.PlaceBelowNoDirectory, "below/it"),
                (FindingKind.EntryUnusable, "device"),
                (FindingKind.LinkBroken, "link"), (FindingKind.LinkBroken, "zlink"),
            ],
            Check().Select(static finding => (finding.Kind, finding.Path.ToString())).Order());
    }

    [Fact]
    public void A_saveset_that_counts_otherwise_than_it_has_is_named()
    {
        using (RepositoryWriter writer = repository.Write())
        {
            HandmadeTree.Save(writer, Template, [File("a", null)]);
            Saveset made = SavesetCatalog.List(repository.Directory, static e => throw e).Single();
            SavesetWriter.PublishUnderFreeName(repository.Directory, made with { Started = new UnixTime(made.Started.Seconds + 1, 0), Entries = 2 });
        }

        Assert.Equal("h@20261123T090406Z: has 1 entries and 0 bytes; it says 2 and 0", Only(FindingKind.SavesetCounts).ToString());
    }

    [Fact]
    public void A_node_that_is_sound_in_one_saveset_is_checked_again_between_other_paths_of_the_next()
    {
        StoredEntry[] entries = [.. Enumerable.Range(0, 2000).Select(static i => Of($"{i:d8}{new string('n', 60)}", EntryType.Directory))];
        Saveset sound = Save(entries);
        Assert.Equal(1, sound.Level);
        using (RepositoryReader reader = repository.Read())
        using (RepositoryWriter writer = repository.Write())
        {
            // The first leaf is to end after one entry, and the second to begin there.
            List<(BytePath First, Digest Child)> leaves = TreeReader.InnerItems(reader.Nodes, sound.Root!.Value, 1, null, null);
            NodeBuilder root = new("inner", 1);
            root.Add(InnerItem(leaves[0].First, leaves[0].Child), leaves[0].First.Span);
            root.Add(InnerItem(entries[1].Path, leaves[1].Child), entries[1].Path.Span);
            Digest digest = root.Store(writer.Chunks);
            writer.Chunks.Publish();
            SavesetWriter.PublishUnderFreeName(repository.Directory, sound with { Started = new UnixTime(sound.Started.Seconds + 1, 0), Root = digest });
        }

        Assert.Equal(
            [(FindingKind.NodeUnreadable, "h@20261123T090406Z"), (FindingKind.NodeUnreadable, "h@20261123T090406Z")],
            Check().Select(static finding => (finding.Kind, finding.Saveset!.Name)));
    }

    public void Dispose() => repository.Dispose();

    private static StoredEntry Of(string path, EntryType type, string? target = null) =>
        new(new EntryRecord { Path = BytePath.Of(path), Type = type, Target = target is null ? null : System.Text.Encoding.ASCII.GetBytes(target) });

    private static StoredEntry File(string path, string? content)
    {
        StoredEntry entry = Of(path, EntryType.File);
        if (content is not null)
        {
            byte[] bytes = System.Text.Encoding.ASCII.GetBytes(content);
            entry.Parts = [new ContentPart(Digest.Of(bytes), bytes.Length)];
        }

        return entry;
    }

    private static byte[] InnerItem(BytePath first, Digest child)
    {
        ArrayBufferWriter<byte> bytes = new();
        MessagePackWriter writer = new(bytes);
        writer.WriteArrayHeader(2);
        writer.Write(first.Span);
        child.WriteTo(ref writer);
        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Records a saveset of files that all have the content abc.</summary>
    private Saveset Save(params StoredEntry[] entries)
    {
        using RepositoryWriter writer = repository.Write();
        writer.Chunks.Add(Digest.Of("abc"u8), "abc"u8);
        return HandmadeTree.Save(writer, Template, entries);
    }

    private Finding Only(FindingKind kind) => Assert.Single(Check(), finding => finding.Kind == kind);

    private List<Finding> Check()
    {
        List<Finding> found = [];
        using WorkerPool workers = new(1);
        using RepositoryCheck check = new(repository.Directory, workers, found.Add);
        check.Run(readData: true, CancellationToken.None);
        Assert.Equal(found.Count(static finding => finding.IsDamage), check.Counts.Damage);
        unreadable = [.. check.UnreadablePacks];
        return found;
    }
}
