using System.Diagnostics;
using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Chunk.Tests;

public sealed class ChunkStageTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Files_of_every_length_come_out_as_they_are(int readers)
    {
        using ChunkedFolder folder = new();
        int[] lengths = [0, 1, 2047, 2048, 2049, 4096, 65536, 262143, 262144, 262145, 1_000_000];
        foreach (int length in lengths)
        {
            folder.With($"f{length}", ChunkedFolder.Noise(length, length));
        }

        Assert.Equal(ExitCode.Done, await folder.ChunkAsync(readers));
        Assert.Equal(lengths.Select(length => $"f{length}"), folder.Entries.Select(entry => entry.Path.ToString()));
        foreach (int length in lengths)
        {
            Assert.Equal(ChunkedFolder.Noise(length, length), folder.Contents[$"f{length}"]);
        }

        Assert.All(folder.Entries, entry => Assert.True(entry.HasContent && entry.Source is null));
        Assert.All(folder.ChunkSizes, size => Assert.InRange(size, 1, 4 * 4096));
    }

    [Fact]
    public async Task A_file_that_vanished_is_a_problem_and_leaves_no_entry()
    {
        using ChunkedFolder folder = new();
        folder.With("a", ChunkedFolder.Noise(1, 10)).With("gone", ChunkedFolder.Noise(2, 10)).With("z", ChunkedFolder.Noise(3, 10));
        File.Delete(folder.PathOf("gone"));
        Assert.Equal(ExitCode.Incomplete, await folder.ChunkAsync());
        Assert.Equal(["a", "z"], folder.Entries.Select(entry => entry.Path.ToString()));
        ProblemRecord problem = Assert.Single(folder.Problems);
        Assert.Equal(Errno.ENOENT, problem.Errno);
        Assert.False(problem.Marks);
        Assert.Contains("gone", Assert.Single(folder.Said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_replaced_by_another_inode_is_never_stored()
    {
        using ChunkedFolder folder = new();
        folder.With("a", ChunkedFolder.Noise(1, 5000));
        File.WriteAllBytes(folder.PathOf("other"), ChunkedFolder.Noise(2, 5000));
        File.Move(folder.PathOf("other"), folder.PathOf("a"), overwrite: true);
        Assert.Equal(ExitCode.Incomplete, await folder.ChunkAsync());
        Assert.Empty(folder.Entries);
        Assert.Contains("replaced", Assert.Single(folder.Problems).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mkfifo a")]
    [InlineData("mkdir a")]
    [InlineData("ln -s /etc/passwd a")]
    public async Task What_a_file_was_swapped_for_is_not_read_and_does_not_hang(string command)
    {
        using ChunkedFolder folder = new();
        folder.With("a", ChunkedFolder.Noise(1, 5000));
        File.Delete(folder.PathOf("a"));
        using (Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { WorkingDirectory = folder.Folder })!)
        {
            await shell.WaitForExitAsync();
        }

        Assert.Equal(ExitCode.Incomplete, await folder.ChunkAsync());
        Assert.Empty(folder.Entries);
        Assert.Single(folder.Problems);
    }

    [Fact]
    public async Task A_file_that_shrank_since_it_was_listed_is_stored_as_it_is_now()
    {
        using ChunkedFolder folder = new();
        folder.With("a", ChunkedFolder.Noise(1, 5000));
        using (FileStream file = File.OpenWrite(folder.PathOf("a")))
        {
            file.SetLength(3000);
        }

        Assert.Equal(ExitCode.Done, await folder.ChunkAsync());
        Assert.Equal(ChunkedFolder.Noise(1, 5000)[..3000], folder.Contents["a"]);
        Assert.Equal(3000, folder.Entries[0].Size);
    }

    [Fact]
    public async Task Later_names_of_an_inode_are_links_to_the_first()
    {
        using ChunkedFolder folder = new();
        File.WriteAllBytes(folder.PathOf("z"), ChunkedFolder.Noise(1, 5000));
        using (Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "ln z a && ln z m"]) { WorkingDirectory = folder.Folder })!)
        {
            await shell.WaitForExitAsync();
        }

        folder.Listed("z").Listed("a").Listed("m");
        Assert.Equal(ExitCode.Done, await folder.ChunkAsync());
        Assert.Equal([EntryType.File, EntryType.Link, EntryType.Link], folder.Entries.Select(entry => entry.Type));
        Assert.All(folder.Entries.Skip(1), entry => Assert.Equal("z"u8.ToArray(), entry.Target));
        Assert.Equal(ChunkedFolder.Noise(1, 5000), folder.Contents["z"]);
        Assert.Empty(folder.Contents["a"]);
    }

    [Fact]
    public async Task A_name_whose_first_name_could_not_be_read_is_stored_whole()
    {
        using ChunkedFolder folder = new();
        File.WriteAllBytes(folder.PathOf("first"), ChunkedFolder.Noise(1, 5000));
        using (Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "ln first second"]) { WorkingDirectory = folder.Folder })!)
        {
            await shell.WaitForExitAsync();
        }

        folder.Listed("first").Listed("second");
        File.Delete(folder.PathOf("first"));
        Assert.Equal(ExitCode.Incomplete, await folder.ChunkAsync());
        EntryRecord entry = Assert.Single(folder.Entries);
        Assert.Equal(EntryType.File, entry.Type);
        Assert.Equal(ChunkedFolder.Noise(1, 5000), folder.Contents["second"]);
    }

    [Fact]
    public async Task Holes_stay_holes_and_the_bytes_around_them_stay_where_they_are()
    {
        using ChunkedFolder folder = new();
        using (FileStream file = File.Create(folder.PathOf("sparse")))
        {
            file.Write(ChunkedFolder.Noise(1, 4096));
            file.Position = 4 << 20;
            file.Write(ChunkedFolder.Noise(2, 4096));
            file.SetLength(6 << 20);
        }

        Assert.Equal(ExitCode.Done, await folder.Listed("sparse").ChunkAsync());
        Assert.Equal(File.ReadAllBytes(folder.PathOf("sparse")), folder.Contents["sparse"]);
        if (FileStatus.TryGet(BytePath.Of(folder.PathOf("sparse")), out FileStatus status) == 0 && status.Blocks * 512 >= status.Size)
        {
            Assert.Skip("the file system here keeps no holes");
        }

        Assert.InRange(folder.Holes["sparse"], 5 << 20, 6 << 20);
    }

    [Fact]
    public async Task A_cut_stream_is_passed_on_as_far_as_it_came_and_gets_no_end()
    {
        using ChunkedFolder folder = new();
        folder.With("a", ChunkedFolder.Noise(1, 5000));
        await Assert.ThrowsAsync<StreamCutException>(() => folder.ChunkAsync(end: false));
        Assert.Equal(ChunkedFolder.Noise(1, 5000), folder.Contents["a"]);
    }

    [Fact]
    [Trait("Length", "long")]
    public async Task The_output_does_not_depend_on_the_number_of_readers()
    {
        List<string[]> orders = [];
        foreach (int readers in (int[])[1, 2, 8])
        {
            using ChunkedFolder folder = new();
            for (int i = 0; i < 300; i++)
            {
                folder.With($"f{i}", ChunkedFolder.Noise(i, i * 37 % 9000));
            }

            await folder.ChunkAsync(readers);
            orders.Add([.. folder.Entries.Select(entry => $"{entry.Path} {Digest.Of(folder.Contents[entry.Path.ToString()])}")]);
        }

        Assert.Equal(orders[0], orders[1]);
        Assert.Equal(orders[0], orders[2]);
    }
}
