using Backshift.Posix;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Tests;

/// <summary>Sizes that would not fit when they are added up: of sparse files, or because a saveset says so.</summary>
public sealed class SavesetSumsTests
{
    [Fact]
    public void A_sum_that_does_not_fit_stays_at_the_greatest_number()
    {
        Saveset[] savesets = [With(5), With(long.MaxValue), With(long.MaxValue), With(7)];
        Assert.Equal((long.MaxValue, long.MaxValue, long.MaxValue), (savesets.TotalBytes(), savesets.TotalAdded(), savesets.TotalEntries()));
        Assert.Equal(12, savesets.Where(static saveset => saveset.Bytes < 10).TotalBytes());
        Assert.Equal(0, Array.Empty<Saveset>().TotalBytes());
    }

    [Fact]
    public void A_directory_with_two_of_the_longest_files_has_the_greatest_size()
    {
        using ScratchRepository repository = new();
        using RepositoryWriter writer = repository.Write();
        using SavesetWriter recorder = new(repository.Directory, writer.Chunks);
        foreach (string path in (string[])["a", "b"])
        {
            recorder.StartEntry(new Records.EntryRecord { Path = BytePath.Of(path), Type = Records.EntryType.File, Size = long.MaxValue });
            recorder.AddHole(long.MaxValue);
        }

        Saveset published = recorder.Publish(
            new Saveset { Host = "h", Started = new UnixTime(1_795_424_645, 0), Program = "test", Complete = true }, TimeProvider.System);
        using RepositoryReader reader = repository.Read();
        Assert.Equal((published.Name, long.MaxValue), (Assert.Single(reader.Savesets()).Name, reader.Savesets()[0].Bytes));
    }

    private static Saveset With(long size) => new() { Host = "h", Program = "test", Bytes = size, Added = size, Entries = size };
}
