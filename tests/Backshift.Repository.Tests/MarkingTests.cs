using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Condemning;
using Backshift.Repository.Findings;
using Backshift.Repository.Marking;
using Backshift.Objects;
using Backshift.Repository.Packs;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Tests;

public sealed class MarkingTests : IDisposable
{
    private readonly ScratchRepository repository = new();
    private readonly List<Finding> found = [];
    private long saves;

    [Fact]
    public void What_only_a_saveset_needs_that_is_not_there_any_more_is_not_needed()
    {
        Saveset first = Save(("a", [Bytes(1), Bytes(2)])), second = Save(("a", [Bytes(2), Bytes(3)]));
        Assert.Equal(Names(Bytes(1), Bytes(2), Bytes(3)).Append(first.Root!.Value).Append(second.Root!.Value).Order(), Needed(Mark(first, second)));
        Assert.Equal(Names(Bytes(2), Bytes(3)).Append(second.Root!.Value).Order(), Needed(Mark(second)));
        Assert.Empty(found);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_a_saveset_whose_data_was_expired_nodes_are_needed_and_contents_are_not(bool isFirst)
    {
        byte[][] chunks = [.. Enumerable.Range(0, 400).Select(static i => Bytes(i))];
        Saveset saveset = Save(("a", [Bytes(1000)]), ("long", chunks)), same = saveset with { DataExpired = new UnixTime(1, 0) };
        Assert.Equal([saveset.Root!.Value], Needed(Mark(same)));

        // Another one that shares its nodes needs the contents, whichever comes first.
        Saveset[] both = isFirst ? [same, saveset] : [saveset, same];
        Assert.Superset(Names([Bytes(1000), .. chunks]).ToHashSet(), Needed(Mark(both)).ToHashSet());
        Assert.Empty(found);
    }

    [Fact]
    public void What_savesets_share_is_counted_once()
    {
        (string, byte[][])[] files = [.. Enumerable.Range(0, 2000).Select(static i => ($"{i:d8}{new string('n', 60)}", (byte[][])[Bytes(i % 100)]))];
        Saveset first = Save(files), second = Save([.. files, ("z", [Bytes(100)])]);
        Assert.True(first.Level > 0);
        NeededChunks needed = Mark(first, second);
        Assert.Equal(Needed(needed).Count, needed.Packs.Sum(static pack => pack.Chunks));
        Assert.Equal(101 * 1000, needed.Packs.Where(HoldsContents).Sum(static pack => pack.Bytes));
        Assert.Equal(needed.Packs.Count, needed.Packs.Select(static pack => pack.Pack).Distinct().Count());
    }

    [Fact]
    public void Lists_are_needed_with_all_that_they_name()
    {
        byte[][] chunks = [.. Enumerable.Range(0, 3000).Select(static i => Bytes(i))];
        Saveset saveset = Save(("long", chunks));
        List<Digest> needed = Needed(Mark(saveset));
        Assert.Superset(Names(chunks).ToHashSet(), needed.ToHashSet());
        Assert.True(needed.Count > chunks.Length + 2, "there are list nodes");
        Assert.Empty(found);
    }

    [Fact]
    public void Problem_records_are_needed()
    {
        using RepositoryWriter writer = repository.Write();
        Saveset saveset = HandmadeTree.Save(writer, Template(), [], new ProblemRecord(BytePath.Of("p"), "test", 5, "lost"));
        Assert.Equal([saveset.ProblemList.Parts[0].Digest!.Value], Needed(Mark(saveset)));
    }

    [Fact]
    public void A_list_of_problem_records_is_needed_with_all_that_it_names()
    {
        byte[][] chunks = [.. Enumerable.Range(0, 300).Select(static i => Bytes(i))];
        StoredEntry list = new(new EntryRecord { Path = BytePath.Of("problems"), Type = EntryType.File });
        repository.Store(store =>
        {
            ListWriter parts = new(store);
            foreach (byte[] chunk in chunks)
            {
                store.Add(Digest.Of(chunk), chunk);
                parts.Add(Part(chunk));
            }

            parts.FinishInto(list);
            return true;
        });
        Assert.Equal(Names(chunks).Append(list.List!.Id).ToHashSet(),
            Needed(Mark(Template() with { ProblemList = list })).Intersect(Names(chunks).Append(list.List.Id)).ToHashSet());
    }

    [Fact]
    public void What_a_delta_is_made_against_is_needed_down_to_the_end()
    {
        byte[][] versions = [Bytes(1, 20_000), [.. Bytes(1, 20_000), 1], [.. Bytes(1, 20_000), 1, 2]];
        repository.Store(store => store.Add(Digest.Of(versions[0]), versions[0]));
        repository.Store(store => store.Add(Digest.Of(versions[1]), versions[1], () => [Digest.Of(versions[0])]));
        repository.Store(store => store.Add(Digest.Of(versions[2]), versions[2], () => [Digest.Of(versions[1])]));
        Saveset saveset = Save(("a", [versions[2]]));
        Assert.Equal(Names(versions).Append(saveset.Root!.Value).Order(), Needed(Mark(saveset)));

        // Without the first nothing can be read, and the walk says so. The others are still needed: the first may be stored again.
        repository.Delete(PackOf(versions[0]));
        NeededChunks rest = Mark(saveset);
        Assert.True(rest.IsComplete);
        Assert.Equal(Names(versions[1..]).Append(saveset.Root!.Value).Order(), Needed(rest));
        Assert.Equal(FindingKind.ChunkMissing, Assert.Single(found).Kind);
    }

    [Fact]
    public void A_checkpoint_that_is_still_there_is_needed_although_another_saveset_stands_for_it()
    {
        Saveset checkpoint, whole;
        using (RepositoryWriter opened = repository.Write())
        using (SavesetWriter writer = new(repository.Directory, opened.Chunks))
        {
            foreach (string path in (string[])["a", "b"])
            {
                writer.StartEntry(new EntryRecord { Path = BytePath.Of(path), Type = EntryType.Directory });
            }

            checkpoint = writer.PublishCheckpoint(Template(), TimeProvider.System)!;
            whole = writer.Publish(Template() with { Complete = true }, TimeProvider.System);
        }

        Assert.Equal([whole.Name], SavesetCatalog.List(repository.Directory, static e => throw e).Select(static saveset => saveset.Name));
        NeededChunks needed = MarkAll();
        Assert.True(needed.IsComplete);
        Assert.Contains(checkpoint.Root!.Value, Needed(needed));
    }

    [Fact]
    public void A_node_that_is_missing_makes_the_marks_incomplete_and_the_rest_is_marked_all_the_same()
    {
        Saveset lost = Save(("a", [Bytes(1)])), kept = Save(("b", [Bytes(2)]));
        repository.Delete(PackOf(lost.Root!.Value));
        NeededChunks needed = MarkAll();
        Assert.False(needed.IsComplete);
        Assert.Equal([lost.Name], needed.Incomplete.Select(static saveset => saveset.Name));
        Assert.Equal(Names(Bytes(2)).Append(kept.Root!.Value).Order(), Needed(needed));
        Finding finding = Assert.Single(found);
        Assert.Equal((FindingKind.NodeUnreadable, lost.Name, lost.Root), (finding.Kind, finding.Saveset!.Name, finding.Chunk));
    }

    [Fact]
    public void A_content_that_is_missing_or_of_another_length_is_reported_and_hides_nothing_else()
    {
        Saveset saveset;
        byte[] there = Bytes(1);
        using (RepositoryWriter writer = repository.Write())
        {
            writer.Chunks.Add(Digest.Of(there), there);
            saveset = HandmadeTree.Save(writer, Template(),
                [File("a", new ContentPart(Digest.Of(Bytes(2)), 1000)), File("b", new ContentPart(Digest.Of(there), 999))]);
        }

        NeededChunks needed = MarkAll();
        Assert.True(needed.IsComplete);
        Assert.Contains(Digest.Of(there), Needed(needed));
        Assert.Equal([(FindingKind.ChunkMissing, "a"), (FindingKind.ChunkLength, "b")],
            found.Select(static finding => (finding.Kind, finding.Path.ToString())));
        Assert.Contains(Digest.Of(there), Needed(needed));
    }

    [Fact]
    public void A_saveset_that_cannot_be_read_makes_the_marks_incomplete()
    {
        Save(("a", [Bytes(1)]));
        Assert.True(MarkAll().IsComplete);
        repository.Spoil(Save(("b", [Bytes(2)])).Place);
        Assert.False(MarkAll().IsComplete);
        Assert.Equal(FindingKind.SavesetUnreadable, Assert.Single(found).Kind);
    }

    [Fact]
    public void A_condemned_pack_counts_as_absent_and_is_needed_where_there_is_nothing_else()
    {
        repository.Store(store => store.Add(Digest.Of(Bytes(1)), Bytes(1)) && store.Add(Digest.Of(Bytes(2)), Bytes(2)));
        ObjectName old = repository.Directory.ListPacks().Single();
        new CondemnedList(default, CondemnedList.Damaged, [old]).Publish(repository.Directory);

        // The first is stored again, since it comes by; of the second there is a reference alone.
        Assert.True(repository.Store(store => store.Add(Digest.Of(Bytes(1)), Bytes(1))));
        Saveset saveset;
        using (RepositoryWriter writer = repository.Write())
        {
            saveset = HandmadeTree.Save(writer, Template(), [File("a", Part(Bytes(1)), Part(Bytes(2)))]);
        }

        NeededChunks needed = Mark(CondemnedPacks.Read(repository.Directory, static e => throw e), saveset);
        Assert.True(needed.IsComplete);
        PackMarks marks = needed.Of(old)!;
        Assert.Equal((1, 1000), (marks.Chunks, marks.Bytes));
        Assert.False(needed.Contains(old, 0));
        Assert.True(needed.Contains(old, 1));
    }

    [Fact]
    public void A_condemned_pack_that_holds_nodes_is_walked_through()
    {
        Saveset saveset = Save(("a", [Bytes(1)]));
        NeededChunks needed = Mark(repository.Directory.ListPacks().ToHashSet(), saveset);
        Assert.True(needed.IsComplete);
        Assert.Equal(Names(Bytes(1)).Append(saveset.Root!.Value).Order(), Needed(needed));
    }

    [Fact]
    public void A_file_with_the_content_of_a_node_does_not_hide_what_is_below_the_node()
    {
        Saveset first = Save(("a", [Bytes(1)]));
        byte[] node;
        using (RepositoryReader reader = repository.Read())
        {
            node = reader.Nodes.Read(first.Root!.Value).ToArray();
        }

        Saveset second = Save(("copy", [node]));
        Assert.Contains(Digest.Of(Bytes(1)), Needed(Mark(second, first)));
    }

    [Fact]
    public void A_pack_of_which_nothing_is_needed_is_not_there()
    {
        Saveset saveset = Save(("a", [Bytes(1)]));
        repository.Store(store => store.Add(Digest.Of(Bytes(2)), Bytes(2)));
        NeededChunks needed = Mark(saveset);
        ObjectName other = Assert.Single(repository.Directory.ListPacks(), pack => needed.Of(pack) is null);
        Assert.False(needed.Contains(other, 0));
    }

    public void Dispose() => repository.Dispose();

    private static byte[] Bytes(int seed) => Bytes(seed, 1000);

    private static byte[] Bytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static IEnumerable<Digest> Names(params byte[][] chunks) => chunks.Select(static chunk => Digest.Of(chunk));

    private static ContentPart Part(byte[] chunk) => new(Digest.Of(chunk), chunk.Length);

    private static StoredEntry File(string path, params ContentPart[] parts) =>
        new(new EntryRecord { Path = BytePath.Of(path), Type = EntryType.File }) { Parts = parts };

    private Saveset Template() => new() { Host = "h", Started = new UnixTime(1_795_424_645 + saves++, 0), Program = "test", Complete = true };

    private Saveset Save(params (string Path, byte[][] Chunks)[] files)
    {
        using RepositoryWriter writer = repository.Write();
        foreach (byte[] chunk in files.SelectMany(static file => file.Chunks))
        {
            writer.Chunks.Add(Digest.Of(chunk), chunk);
        }

        return HandmadeTree.Save(writer, Template(), files.Select(static file => File(file.Path, [.. file.Chunks.Select(Part)])));
    }

    private NeededChunks Mark(params Saveset[] savesets) => Mark(CondemnedPacks.None, savesets);

    private NeededChunks Mark(IReadOnlySet<ObjectName> condemned, params Saveset[] savesets) =>
        Marker.Mark(repository.Directory, savesets, condemned, found.Add, CancellationToken.None);

    private NeededChunks MarkAll() => Marker.MarkAll(repository.Directory, CondemnedPacks.None, found.Add, CancellationToken.None);

    /// <summary>The chunks whose slots are marked, sorted.</summary>
    private List<Digest> Needed(NeededChunks needed)
    {
        using PackShelf shelf = new(repository.Directory, static e => throw e);
        List<Digest> digests = [];
        foreach (ObjectName name in repository.Directory.ListPacks())
        {
            PackDirectory pack = shelf.TryOpen(name)!.Directory;
            digests.AddRange(Enumerable.Range(0, pack.ChunkCount).Where(slot => needed.Contains(name, slot)).Select(pack.DigestAt));
        }

        digests.Sort();
        return digests;
    }

    private bool HoldsContents(PackMarks marks)
    {
        using PackShelf shelf = new(repository.Directory, static e => throw e);
        return !shelf.TryOpen(marks.Pack)!.Directory.HoldsNodes;
    }

    private BytePath PackOf(byte[] chunk) => PackOf(Digest.Of(chunk));

    private BytePath PackOf(Digest digest)
    {
        using PackShelf shelf = new(repository.Directory, static e => throw e);
        return ObjectPath.Pack(repository.Directory.ListPacks().Single(name => shelf.TryOpen(name)!.Directory.Find(digest) >= 0)).Path;
    }
}
