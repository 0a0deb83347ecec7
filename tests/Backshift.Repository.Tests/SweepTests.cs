using Backshift.Objects;

namespace Backshift.Repository.Tests;

public sealed class SweepTests : IDisposable
{
    private static readonly TimeSpan TwoDays = TimeSpan.FromDays(2);

    private readonly ScratchRepository repository = new();

    public SweepTests() => Directory.CreateDirectory(Temporary);

    private string Temporary => Path.Combine(repository.Root.ToString(), "tmp");

    [Fact]
    public void What_was_left_behind_goes_once_it_is_a_day_old()
    {
        Put("00000000000000000000000000000001", TwoDays);
        Put("00000000000000000000000000000002", TimeSpan.FromHours(20));
        repository.Directory.Store.Sweep();
        Assert.Equal(["00000000000000000000000000000002"], Names());
    }

    [Fact]
    public void What_a_writer_still_holds_stays_however_old_it_is()
    {
        using IObjectDraft draft = repository.Directory.Store.Create(ObjectType.Pack);
        string name = Assert.Single(Names());
        File.SetLastWriteTimeUtc(Path.Combine(Temporary, name), DateTime.UnixEpoch);
        repository.Directory.Store.Sweep();
        Assert.Equal([name], Names());
    }

    [Fact]
    public void Other_names_and_what_is_no_file_are_not_ours_to_remove()
    {
        string outside = Path.Combine(repository.Root.ToString(), "outside");
        File.WriteAllText(outside, "x");
        foreach (string name in (string[])[".nfs000000000001", "0000000000000000000000000000000", "0000000000000000000000000000000G",
            "000000000000000000000000000000AA"])
        {
            Put(name, TwoDays);
        }

        File.CreateSymbolicLink(Path.Combine(Temporary, "00000000000000000000000000000003"), outside);
        Directory.CreateDirectory(Path.Combine(Temporary, "00000000000000000000000000000004"));
        repository.Directory.Store.Sweep();
        Assert.Equal(6, Names().Length);
    }

    [Fact]
    public void A_link_in_the_place_of_tmp_is_not_swept_through()
    {
        string outside = Path.Combine(repository.Root.ToString(), "outside");
        Directory.Move(Temporary, outside);
        Put("../outside/00000000000000000000000000000001", TwoDays);
        File.CreateSymbolicLink(Temporary, outside);
        repository.Directory.Store.Sweep();
        Assert.Single(Directory.GetFileSystemEntries(outside));
    }

    private void Put(string name, TimeSpan age)
    {
        string path = Path.Combine(repository.Root.ToString(), "tmp", name);
        File.WriteAllText(path, "x");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow - age);
    }

    private string[] Names() => [.. Directory.GetFileSystemEntries(Temporary).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public void Dispose() => repository.Dispose();
}
