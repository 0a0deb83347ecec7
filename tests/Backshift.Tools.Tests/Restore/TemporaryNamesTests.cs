using Backshift.Posix;
using Xunit;

namespace Backshift.Tools.Restore.Tests;

public sealed class TemporaryNamesTests
{
    [Fact]
    public void What_a_killed_restore_left_goes_and_everything_else_stays()
    {
        using RestoredFolder folder = new();
        string[] others =
            ["f", ".bs-restore.", ".bs-restore.0123456789abcde", ".bs-restore.0123456789abcdeF", ".bs-restore.0123456789abcdef0", ".bs-restore.in-use"];
        foreach (string name in (string[])[".bs-restore.0123456789abcdef", .. others])
        {
            folder.Write(name, "x");
        }

        // A link made a moment ago may be in use; it has no lock to tell.
        File.CreateSymbolicLink(folder.At(".bs-restore.00000000000000aa"), "x");
        using UnixFile top = UnixFile.Open(BytePath.Of(folder.Path), OpenFor.Directory);
        BytePath busy = TemporaryNames.New();
        using UnixFile file = UnixFile.TryCreate(top, busy, busy, out _)!;
        Assert.True(file.TryLock(exclusive: true));
        new TemporaryNames(TimeProvider.System).Sweep(top, default);
        Assert.Equal([.. others.Append(".bs-restore.00000000000000aa").Append(busy.ToString()).Order(StringComparer.Ordinal)], folder.Names());
    }
}
