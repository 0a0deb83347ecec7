using Backshift.Posix;
using Backshift.Repository;
using Backshift.Repository.Trees;
using Xunit;

namespace Backshift.Tools.Restore.Tests;

/// <summary>Files of many sizes that are compared together.</summary>
public sealed class ComparisonAheadTests
{
    // Around the lengths from which two are hashed at once, and more than is read at once; an odd number of chunks.
    private static readonly int[] sizes = [1, 511, 512, 513, 1023, 1024, 9000, 0, 64, 575, 576, 70_000, 300_000, 20, 30_000, 40_000, 41_000];

    [Fact]
    public void A_byte_that_differs_is_found_in_any_of_the_files_that_are_hashed_together_and_in_no_other()
    {
        using SavedTree tree = new();
        using RestoredFolder folder = new();
        List<byte[]> contents = Save(tree, folder);
        for (int changed = -1; changed < contents.Count; changed++)
        {
            foreach (int at in changed < 0 || contents[changed].Length == 0 ? [0] : (int[])[0, contents[changed].Length / 2, contents[changed].Length - 1])
            {
                for (int i = 0; i < contents.Count; i++)
                {
                    byte[] content = [.. contents[i]];
                    if (i == changed && content.Length > 0)
                    {
                        content[at] ^= 0x80;
                    }

                    File.WriteAllBytes(folder.At(Name(i)), content);
                }

                Assert.Equal([.. contents.Select((content, i) => i != changed || content.Length == 0)], Compare(tree, folder, static file => file.HasContent));
            }
        }
    }

    [Fact]
    public void A_file_that_is_shorter_gone_or_no_file_leaves_those_beside_it_alone()
    {
        using SavedTree tree = new();
        using RestoredFolder folder = new();
        List<byte[]> contents = Save(tree, folder);
        File.WriteAllBytes(folder.At(Name(4)), contents[4][..^1]);
        File.Delete(folder.At(Name(6)));
        File.Delete(folder.At(Name(11)));
        File.CreateSymbolicLink(folder.At(Name(11)), Name(12));
        File.Delete(folder.At(Name(15)));
        Directory.CreateDirectory(folder.At(Name(15)));
        Assert.Equal([.. contents.Select(static (_, i) => i is not (4 or 6 or 11 or 15))], Compare(tree, folder, static file => file.HasContent));
        Assert.Equal([.. contents.Select(static (_, i) => i switch { 6 => Errno.ENOENT, 11 or 15 => Errno.EEXIST, _ => 0 })],
            Compare(tree, folder, static file => file.Errno));
    }

    private static string Name(int i) => $"d/f{i:00}";

    private static List<byte[]> Save(SavedTree tree, RestoredFolder folder)
    {
        Directory.CreateDirectory(folder.At("d"));
        List<byte[]> contents = [];
        for (int i = 0; i < sizes.Length; i++)
        {
            byte[] content = new byte[sizes[i]];
            new Random(i).NextBytes(content);
            contents.Add(content);
            tree.File(Name(i), content.Length == 0 ? [] : [.. content.Chunk(50_000)]);
            File.WriteAllBytes(folder.At(Name(i)), content);
        }

        tree.Save();
        return contents;
    }

    private static List<T> Compare<T>(SavedTree tree, RestoredFolder folder, Func<ComparedFile, T> of)
    {
        using RepositoryReader reader = tree.Open();
        using UnixFile top = UnixFile.Open(BytePath.Of(folder.Path), OpenFor.Directory);
        using ExistingFiles existing = new(top);
        using ComparisonAhead comparison = new(reader, existing, isUntouched: null);
        List<StoredEntry> saved = [.. sizes.Select((_, i) => reader.FindEntry(reader.Find("@2"), BytePath.Of(Name(i)))!)];
        List<T> found = [];
        foreach (ComparedFile compared in comparison.Compare(saved, CancellationToken.None))
        {
            using ComparedFile file = compared;
            found.Add(of(file));
        }

        return found;
    }
}
