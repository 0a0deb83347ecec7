using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Restore.Tests;

public sealed class LateWorkTests
{
    [Fact]
    public void Directories_come_the_deepest_first_and_the_top_last()
    {
        using LateWork late = new();
        string longest = string.Join('/', Enumerable.Repeat("x", 32768));
        foreach (string path in (string[])[".", "a", "a/b", longest, "a/b/c", "b", "a-b", "b/c"])
        {
            late.AddDirectory(new EntryRecord { Path = BytePath.Of(path), Type = EntryType.Directory, Mode = 1 });
        }

        late.AddDirectory(new EntryRecord { Path = BytePath.Of("a/b"), Type = EntryType.Directory, Mode = 2 });
        List<EntryRecord> all = [.. late.Directories(null)];
        Assert.Equal([longest, "a/b/c", "a/b", "b/c", "a", "a-b", "b", "."], all.Select(static entry => entry.Path.ToString()));
        Assert.Equal(2u, all[2].Mode);
    }

    [Fact]
    public void A_directory_that_was_as_it_should_be_comes_again_only_if_anything_was_changed_since()
    {
        using LateWork late = new();
        late.AddDirectory(Directory("early"), 1);
        late.AddDirectory(Directory("other"));
        late.AddDirectory(Directory("same"), 2);
        Assert.Equal(["early", "other"], late.Directories(static () => 2).Select(static entry => entry.Path.ToString()));
        Assert.Equal(["early", "other", "same"], late.Directories(static () => 3).Select(static entry => entry.Path.ToString()));
        Assert.Equal(["early", "other", "same"], late.Directories(null).Select(static entry => entry.Path.ToString()));
    }

    private static EntryRecord Directory(string path) => new() { Path = BytePath.Of(path), Type = EntryType.Directory };
}
