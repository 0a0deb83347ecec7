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
        List<EntryRecord> all = [.. late.Directories()];
        Assert.Equal([longest, "a/b/c", "a/b", "b/c", "a", "a-b", "b", "."], all.Select(static entry => entry.Path.ToString()));
        Assert.Equal(2u, all[2].Mode);
    }
}
