using Backshift.Posix;

namespace Backshift.Repository.Tests;

/// <summary>Scratch files have the names of files: those of an encrypted repository are not on its disk.</summary>
public sealed class ScratchPlaceTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_disk_of_a_repository_gets_scratch_files_only_if_it_may_see_names(bool isSealed)
    {
        using ScratchRepository repository = new(isSealed: isSealed);
        Assert.Equal(0, OpenBelow(repository.Root));
        using (ScratchSpace scratch = repository.Directory.Store.CreateScratch())
        {
            scratch.Write("a name"u8);
            Assert.Equal(isSealed ? 0 : 1, OpenBelow(repository.Root));
        }
    }

    private static int OpenBelow(BytePath root) => Directory.GetFiles("/proc/self/fd")
        .Count(file => new FileInfo(file).LinkTarget?.StartsWith($"{Path.GetFullPath(root.ToString())}/tmp/", StringComparison.Ordinal) == true);
}
