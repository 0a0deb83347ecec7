using Xunit;

namespace Backshift.Posix.Tests;

public sealed class FileSystemUseTests
{
    [Fact]
    public void A_file_system_tells_what_is_in_use_of_it()
    {
        FileSystemUse? use = FileSystemUse.Of(BytePath.Of("/"));
        Assert.True(use is { Bytes: > 0 }, use?.ToString());
        Assert.Null(FileSystemUse.Of(BytePath.Of("/no/such/place")));
    }
}
