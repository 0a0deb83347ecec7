using Backshift.Posix;
using Xunit;

namespace Backshift.Tools.Chunk.Tests;

public sealed class SeenInodesTests
{
    [Fact]
    public void An_inode_all_of_whose_names_came_is_forgotten()
    {
        using SeenInodes seen = new();
        seen.Add(Key(1), 3, BytePath.Of("first"));
        Assert.Equal("first", seen.Take(Key(1)).ToString());
        Assert.Equal("first", seen.Take(Key(1)).ToString());
        Assert.Null(seen.Take(Key(1)));
    }

    [Fact]
    public void A_number_that_was_given_to_a_new_file_is_another_inode()
    {
        using SeenInodes seen = new();
        seen.Add(new InodeKey(1, 2, 100), 2, BytePath.Of("old"));
        Assert.Null(seen.Take(new InodeKey(1, 2, 101)));
        Assert.Null(seen.Take(new InodeKey(2, 2, 100)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(1000)]
    [Trait("Length", "long")]
    public void Inodes_that_have_left_memory_are_found_with_their_paths(int room)
    {
        const int Count = 5000;
        using SeenInodes seen = new(room);
        for (int i = 0; i < Count; i++)
        {
            seen.Add(Key(i), 2, PathOf(i));
        }

        for (int i = Count - 1; i >= 0; i--)
        {
            Assert.True(seen.Contains(Key(i)));
            Assert.Equal(PathOf(i), seen.Take(Key(i)));
            Assert.False(seen.Contains(Key(Count + i)));
        }
    }

    [Fact]
    public void Paths_of_every_length_come_back_whole()
    {
        using SeenInodes seen = new(room: 50);
        int[] lengths = [1, 509, 510, 511, 512, 4096, 65535];
        for (int i = 0; i < 140; i++)
        {
            seen.Add(Key(i), 2, Long(i, lengths[i % lengths.Length]));
        }

        for (int i = 0; i < 140; i++)
        {
            Assert.Equal(Long(i, lengths[i % lengths.Length]), seen.Take(Key(i)));
        }
    }

    private static InodeKey Key(int number) => new(0x801, (ulong)number * 7, (ulong)number);

    private static BytePath PathOf(int number) => BytePath.Of($"directory-{number % 10}/file-{number}");

    private static BytePath Long(int number, int length)
    {
        byte[] path = new byte[length];
        Array.Fill(path, (byte)('a' + (number % 26)));
        return new BytePath(path);
    }
}
