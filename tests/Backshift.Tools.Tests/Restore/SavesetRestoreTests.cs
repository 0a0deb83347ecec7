using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Trees;
using Xunit;

namespace Backshift.Tools.Restore.Tests;

public sealed class SavesetRestoreTests
{
    private static readonly RestoreOptions OnlyChanged = new() { OnlyChanged = true };

    private static byte[] Bytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Entries of a <see cref="SavedTree"/> belong to root.</summary>
    private static SavedTree Owned()
    {
        Assert.SkipUnless(Machine.UserNumber == 0, "not root");
        return new SavedTree();
    }

    [Fact]
    public void A_tree_comes_back_with_modes_and_times_of_files_and_directories()
    {
        using SavedTree tree = Owned().Directory("d").File("d/f", "content").Add("d/l", EntryType.SymbolicLink, "nowhere").Add("d/p", EntryType.Fifo)
            .Add("d/s", EntryType.Socket).Save();
        using RestoredFolder folder = new();
        Restored(folder, tree);
        Assert.Equal(["d", "d/f", "d/l", "d/p", "d/s"], folder.Names());
        Assert.Equal("content", folder.Read("d/f"));
        foreach (string path in folder.Names())
        {
            Assert.Equal(new UnixTime(1_000_000_000, 0), folder.Status(path).Mtime);
        }

        Assert.Equal((0x1EDu, 0x1A4u), (folder.Status("d").Mode, folder.Status("d/f").Mode));
        Assert.Equal([FileKind.SymbolicLink, FileKind.Fifo, FileKind.Socket], ((string[])["d/l", "d/p", "d/s"]).Select(path => folder.Status(path).Kind));
    }

    [Theory, InlineData("", 3u), InlineData("m", 2u), InlineData("z", 1u)]
    public void Links_hold_by_themselves_in_every_part(string part, uint names)
    {
        using SavedTree tree = Owned().File("a", "content", nlink: 3).Directory("m").Link("m/1", "a", 3).Link("z", "a", 3).Save();
        if (part == "m")
        {
            using SavedTree other = Owned().Directory("m").File("a", "content", nlink: 3).Link("m/1", "a", 3).Link("m/2", "a", 3).Save();
            using RestoredFolder two = new();
            Restored(two, other, "m");
            Assert.Equal((names, "content"), (two.Status("m/2").Nlink, two.Read("m/1")));
            return;
        }

        using RestoredFolder folder = new();
        Restored(folder, tree, part.Length == 0 ? [] : [part]);
        Assert.Equal((names, "content"), (folder.Status("z").Nlink, folder.Read("z")));
    }

    [Fact]
    public void Holes_come_back_as_holes_at_every_place()
    {
        byte[] data = Bytes(1, 8192);
        using SavedTree tree = Owned().File("s", [[], data, [], [], data, []]).Save();
        using RestoredFolder folder = new();
        Restored(folder, tree);
        byte[] wanted = [.. new byte[4096], .. data, .. new byte[8192], .. data, .. new byte[4096]];
        Assert.Equal(wanted, File.ReadAllBytes(folder.At("s")));
    }

    [Fact]
    public void A_file_with_a_damaged_chunk_leaves_the_old_one_in_place_and_its_links_out()
    {
        using SavedTree tree = Owned().File("f", "content", nlink: 2).Link("g", "f", 2).File("h", "").Save();
        tree.Damage();
        using RestoredFolder folder = new();
        folder.Write("f", "old");
        Assert.Equal(ExitCode.Incomplete, folder.Restore(tree));
        Assert.Equal(["f", "h"], folder.Names());
        Assert.Equal("old", folder.Read("f"));
        Assert.StartsWith("f: chunk ", folder.Said[0], StringComparison.Ordinal);
        Assert.Equal("g: left out, as f, which it links to", folder.Said[1]);
    }

    [Fact]
    public void Equal_files_are_not_touched_and_not_read_from_the_repository()
    {
        using SavedTree tree = Owned().Directory("d").File("d/f", "content").File("g", [Bytes(1, 3000), [], Bytes(2, 5000)]).Save();
        using RestoredFolder folder = new();
        Restored(folder, tree);
        (UnixTime Ctime, ulong Ino)[] before = [.. folder.Names().Select(folder.Status).Select(static status => (status.Ctime, status.Ino))];

        // It does not even need chunks that are sound.
        tree.Damage();
        Assert.Equal(ExitCode.Done, folder.Restore(tree, OnlyChanged));
        Assert.Equal(before[1..], folder.Names().Select(folder.Status).Select(static status => (status.Ctime, status.Ino)).Skip(1));
        Assert.Empty(folder.Changes);
    }

    [Fact]
    public void Directories_get_the_times_back_that_a_restored_file_changed_and_others_are_not_touched()
    {
        using SavedTree tree = Owned().Directory("a").File("a/f", "content").Directory("b").File("b/f", "other").Directory("b/c").Directory("d").Save();
        using RestoredFolder folder = new();
        Restored(folder, tree);
        UnixTime saved = folder.Status("b").Mtime;
        UnixTime[] before = [.. ((string[])["a", "b/c"]).Select(path => folder.Status(path).Ctime)];
        folder.Write("b/f", "changed");
        Directory.CreateDirectory(folder.At("d/more"));
        Assert.Equal(ExitCode.Done, folder.Restore(tree, OnlyChanged));
        Assert.Equal((saved, saved), (folder.Status("b").Mtime, folder.Status("d").Mtime));
        Assert.Equal(before, ((string[])["a", "b/c"]).Select(path => folder.Status(path).Ctime));
        Assert.Equal(["M b/f"], folder.Changes.Where(static line => !line.EndsWith('/')));
    }

    [Theory, InlineData(0), InlineData(2999), InlineData(3000), InlineData(7096), InlineData(12095)]
    public void A_byte_that_was_changed_is_put_back(int place)
    {
        byte[] first = Bytes(1, 3000), last = Bytes(2, 5000);
        using SavedTree tree = Owned().File("f", [first, [], last]).Save();
        using RestoredFolder folder = new();
        Restored(folder, tree);
        byte[] whole = File.ReadAllBytes(folder.At("f"));
        using (FileStream file = File.OpenWrite(folder.At("f")))
        {
            file.Position = place;
            file.WriteByte((byte)~whole[place]);
        }

        Assert.Equal(ExitCode.Done, folder.Restore(tree, OnlyChanged));
        Assert.Equal(whole, File.ReadAllBytes(folder.At("f")));
        Assert.Equal(["M f"], folder.Changes);
    }

    [Theory, InlineData(0), InlineData(1), InlineData(4096), InlineData(11000), InlineData(20000)]
    public void A_file_of_another_length_is_put_back(int length)
    {
        using SavedTree tree = Owned().File("f", [Bytes(1, 3000), [], Bytes(2, 5000)]).Save();
        using RestoredFolder folder = new();
        Restored(folder, tree);
        byte[] whole = File.ReadAllBytes(folder.At("f"));
        using (FileStream file = File.OpenWrite(folder.At("f")))
        {
            file.SetLength(length);
        }

        Assert.Equal(ExitCode.Done, folder.Restore(tree, OnlyChanged));
        Assert.Equal(whole, File.ReadAllBytes(folder.At("f")));
    }

    [Fact]
    public void A_mode_that_was_changed_is_put_back_without_a_new_file()
    {
        using SavedTree tree = Owned().File("f", "content").Save();
        using RestoredFolder folder = new();
        Restored(folder, tree);
        ulong ino = folder.Status("f").Ino;
        using (UnixFile file = UnixFile.Open(BytePath.Of(folder.At("f"))))
        {
            Assert.Equal(0, InodeChanges.TryChangeMode(file, 0x100));
        }

        Assert.Equal(ExitCode.Done, folder.Restore(tree, OnlyChanged));
        Assert.Equal((0x1A4u, ino), (folder.Status("f").Mode, folder.Status("f").Ino));
    }

    [Fact]
    public void What_is_not_asked_for_is_not_deleted()
    {
        using SavedTree tree = Owned().Directory("a").File("a/1", "1").Directory("b").File("b/1", "1").Save();
        using RestoredFolder folder = new();
        foreach (string path in (string[])["a/x", "a/d/e/x", "b/x", "x"])
        {
            folder.Write(path, "mine");
        }

        Assert.Equal(ExitCode.Done, folder.Restore(tree, new RestoreOptions { Delete = true }, "a", "b/1"));
        Assert.Equal(["a", "a/1", "b", "b/1", "b/x", "x"], folder.Names());
        Assert.Equal(["D a/d/", "D a/x"], folder.Changes.Where(static line => line[0] == 'D').Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_incomplete_saveset_deletes_nothing()
    {
        using SavedTree tree = Owned().File("a", "1").Save(complete: false);
        using RestoredFolder folder = new();
        folder.Write("x", "mine");
        using RepositoryReader reader = tree.Open();
        BackshiftException refused = Assert.Throws<BackshiftException>(() => KeptNames.Of(reader, reader.Savesets()[0]));
        Assert.Equal(ExitCode.Usage, refused.Code);
    }

    [Fact]
    public void What_could_not_be_saved_is_not_deleted()
    {
        using SavedTree tree = Owned().Directory("d").Problem("d/shut", "permission denied", marks: false).Problem("e/f/g", "permission denied", marks: false)
            .Save();
        using RepositoryReader reader = tree.Open();
        KeptNames kept = KeptNames.Of(reader, reader.Find("@2"));
        Assert.All((string[])["d", "d/shut", "d/shut/below", "e", "e/f", "e/f/g", "e/f/g/h"], path => Assert.True(kept.Contains(BytePath.Of(path))));
        Assert.All((string[])["d/shut2", "d/a", "e/f/h", "f"], path => Assert.False(kept.Contains(BytePath.Of(path))));
    }

    [Fact]
    public void A_dry_run_shows_changes_and_makes_none()
    {
        using SavedTree tree = Owned().Directory("d").File("d/new", "1").File("old", "2").File("same", "3").Add("l", EntryType.SymbolicLink, "to").Save();
        using RestoredFolder folder = new();
        Restored(folder, tree);
        File.Delete(folder.At("d/new"));
        folder.Write("old", "another");
        folder.Write("more", "x");
        List<string> names = folder.Names();
        UnixTime ctime = folder.Status("d").Ctime;
        Assert.Equal(ExitCode.Done, folder.Restore(tree, new RestoreOptions { DryRun = true, Delete = true }));
        Assert.Equal(["A d/new", "M d/", "M old"], folder.Changes.Order(StringComparer.Ordinal));
        Assert.Equal(names, folder.Names());
        Assert.Equal(("another", ctime), (folder.Read("old"), folder.Status("d").Ctime));
    }

    [Fact]
    public void Verifying_finds_what_differs()
    {
        using SavedTree tree = Owned().File("f", "content").Save();
        using RestoredFolder folder = new();
        Assert.Equal(ExitCode.Done, folder.Restore(tree, new RestoreOptions { Verify = true }));
        using RepositoryReader reader = tree.Open();
        using UnixFile top = UnixFile.Open(BytePath.Of(folder.Path), OpenFor.Directory);
        using ExistingFiles existing = new(top);
        StoredEntry saved = reader.FindEntry(reader.Find("@2"), BytePath.Of("f"))!;
        foreach ((string content, bool same) in ((string, bool)[])[("content", true), ("Content", false), ("content2", false), ("", false)])
        {
            folder.Write("f", content);
            using ComparisonAhead comparison = new(reader, existing, isUntouched: null);
            using ComparedFile file = comparison.Compare([saved], CancellationToken.None).Single();
            Assert.Equal(same, file.HasContent);
        }
    }

    [Fact]
    public void A_file_of_many_parts_is_compared_whole_before_it_is_closed()
    {
        byte[][] content = [.. Enumerable.Range(0, 1000).Select(static i => new byte[3000 + i])];
        for (int i = 0; i < content.Length; i++)
        {
            new Random(i).NextBytes(content[i]);
        }

        using SavedTree tree = Owned().File("big", content).File("small", "x").Save();
        using RestoredFolder folder = new();
        Restored(folder, tree);
        using RepositoryReader reader = tree.Open();
        using UnixFile top = UnixFile.Open(BytePath.Of(folder.Path), OpenFor.Directory);
        using ExistingFiles existing = new(top);
        StoredEntry[] saved = [.. ((string[])["big", "small"]).Select(name => reader.FindEntry(reader.Find("@2"), BytePath.Of(name))!)];
        for (int times = 0; times < 20; times++)
        {
            using ComparisonAhead comparison = new(reader, existing, isUntouched: null);
            foreach (ComparedFile compared in comparison.Compare(saved, CancellationToken.None))
            {
                using ComparedFile file = compared;
                Assert.True(file.HasContent);
            }
        }
    }

    [Fact]
    public void A_file_whose_parts_are_read_together_differs_with_any_byte_of_them()
    {
        byte[][] content = [[.. Enumerable.Repeat((byte)1, 5000)], [.. Enumerable.Repeat((byte)2, 3000)], [.. Enumerable.Repeat((byte)3, 4000)]];
        byte[] whole = [.. content.SelectMany(static part => part)];
        using SavedTree tree = Owned().File("f", content).Save();
        using RestoredFolder folder = new();
        Restored(folder, tree);
        using RepositoryReader reader = tree.Open();
        using UnixFile top = UnixFile.Open(BytePath.Of(folder.Path), OpenFor.Directory);
        using ExistingFiles existing = new(top);
        StoredEntry saved = reader.FindEntry(reader.Find("@2"), BytePath.Of("f"))!;
        foreach (int at in (int[])[-1, 0, 4999, 5000, 7999, 8000, 11_999])
        {
            byte[] changed = [.. whole];
            if (at >= 0)
            {
                changed[at] ^= 1;
            }

            File.WriteAllBytes(folder.At("f"), changed);
            using ComparisonAhead comparison = new(reader, existing, isUntouched: null);
            using ComparedFile file = comparison.Compare([saved], CancellationToken.None).Single();
            Assert.Equal(at < 0, file.HasContent);
        }
    }

    [Fact]
    public void Files_that_are_compared_ahead_come_in_order_and_each_with_its_own_result()
    {
        using SavedTree tree = Owned();
        List<(string Name, string Content)> files = [.. Enumerable.Range(0, 500).Select(static i => ($"f{i:000}", new string((char)('a' + (i % 26)), i)))];
        files.ForEach(file => tree.File(file.Name, file.Content));
        tree.Save();
        using RestoredFolder folder = new();
        Restored(folder, tree);
        for (int i = 1; i < files.Count; i += 7)
        {
            folder.Write(files[i].Name, new string('.', i));
        }

        for (int i = 3; i < files.Count; i += 7)
        {
            File.Delete(folder.At(files[i].Name));
        }

        using RepositoryReader reader = tree.Open();
        using UnixFile top = UnixFile.Open(BytePath.Of(folder.Path), OpenFor.Directory);
        using ExistingFiles existing = new(top);
        using ComparisonAhead comparison = new(reader, existing, isUntouched: null);
        List<StoredEntry> saved = [.. files.Select(file => reader.FindEntry(reader.Find("@2"), BytePath.Of(file.Name))!)];
        int number = 0;
        foreach (ComparedFile compared in comparison.Compare(saved, CancellationToken.None))
        {
            using ComparedFile file = compared;
            Assert.Equal(files[number].Name, file.Saved.Path.ToString());
            Assert.Equal(number % 7 is not (1 or 3), file.HasContent);
            Assert.Equal(number % 7 == 3, file.File is null);
            number++;
        }

        Assert.Equal(files.Count, number);
    }

    [Fact]
    public void A_directory_that_is_not_empty_stays_in_the_place_of_a_file()
    {
        using SavedTree tree = Owned().File("f", "content").File("g", "other").Save();
        using RestoredFolder folder = new();
        folder.Write("f/mine", "x");
        Assert.Equal(ExitCode.Incomplete, folder.Restore(tree));
        Assert.Equal(["f", "f/mine", "g"], folder.Names());
        Assert.Equal(ExitCode.Done, folder.Restore(tree, new RestoreOptions { Delete = true }));
        Assert.Equal(["f", "g"], folder.Names());
    }

    [Fact]
    public void A_missing_path_is_named_and_others_are_restored()
    {
        using SavedTree tree = Owned().File("f", "content").Save();
        using RestoredFolder folder = new();
        Assert.Equal(ExitCode.NoInput, folder.Restore(tree, null, "g", "f"));
        Assert.Equal(["f"], folder.Names());
        Assert.Equal(["g: is not in h@20231114T221320Z"], folder.Said);
    }

    [Fact]
    public void An_entry_of_a_later_type_is_named_and_left_out()
    {
        using SavedTree tree = Owned().File("a", "1").Later("b", "door", "what is behind it").Link("c", "b", 2).File("d", "2").Save();
        using RestoredFolder folder = new();
        Assert.Equal(ExitCode.Incomplete, folder.Restore(tree));
        Assert.Equal(["a", "d"], folder.Names());
        Assert.Equal(["b: has the type \"door\", which is not known here; left out", "c: left out, as b, which it links to"], folder.Said);
    }

    private static void Restored(RestoredFolder folder, SavedTree tree, params string[] paths)
    {
        ExitCode code = folder.Restore(tree, null, paths);
        Assert.True(code == ExitCode.Done, string.Join("; ", folder.Said));
    }
}
