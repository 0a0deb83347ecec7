using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Checking;
using Backshift.Repository.Findings;
using Backshift.Repository.Protecting;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Tests;

/// <summary>Parity in a repository: who writes it, who reads by it, and what a check says.</summary>
public sealed class ParityTests : IDisposable
{
    private static readonly byte[] Content = Bytes(1, 300_000);
    private static readonly Digest Chunk = Digest.Of(Content);

    private readonly ScratchRepository repository = new(codec: "none", parity: 5);
    private readonly List<string> said = [];

    private BytePath Pack => repository.Packs().Single();

    [Fact]
    public void A_save_writes_parity_for_each_pack()
    {
        Store();
        Assert.Equal(repository.Directory.ListPacks(), repository.Directory.ListParity());
        Assert.Empty(Check());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(150_000)]
    [InlineData(-1)]
    [InlineData(-100)]
    [InlineData(9)]
    public void A_reader_reads_what_is_damaged_and_a_check_says_so(int at)
    {
        Store();
        repository.Flip(Pack, at);
        Assert.Equal(Content, Read());
        Finding finding = Assert.Single(Check());
        Assert.True(finding.IsDamage);
        Assert.Equal(Pack, ObjectPath.Pack(repository.Directory.ListPacks().Single()).Path);
    }

    [Fact]
    public void A_pack_that_was_cut_short_is_read()
    {
        Store();
        repository.Put(Pack, repository.Get(Pack)[..^9000]);
        Assert.Equal(Content, Read());
        Assert.Contains(Check(), static finding => finding.ToString().Contains("with the help of its parity", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_parity_the_same_is_lost()
    {
        Store();
        repository.Flip(Pack, 150_000);
        repository.Delete(ObjectPath.Parity(repository.Directory.ListPacks().Single()).Path);
        Assert.Throws<BackshiftException>(Read);
    }

    [Fact]
    public void More_damage_than_parity_is_an_error_and_never_other_bytes()
    {
        Store();
        byte[] pack = repository.Get(Pack);
        pack.AsSpan(4096, 200_000).Clear();
        repository.Put(Pack, pack);
        Assert.Throws<BackshiftException>(Read);
    }

    [Fact]
    public void A_writer_stores_again_what_it_could_only_read_with_parity()
    {
        Store();
        repository.Flip(Pack, 150_000);
        Assert.True(repository.Store(static chunks => chunks.Add(Chunk, Content), static _ => { }));
        Assert.Equal(2, repository.Packs().Count);
    }

    [Fact]
    public void Packs_without_parity_get_it_and_those_that_are_damaged_do_not()
    {
        using ScratchRepository bare = new();
        bare.Store(chunks => chunks.Add(Chunk, Content));
        BytePath bad = bare.Packs().Single();
        bare.Store(static chunks => chunks.Add(Digest.Of("abc"u8), "abc"u8));
        bare.Flip(bad, 5000);
        ParityCounts counts = Protect(bare);
        Assert.Equal((2, 1, 1, 1), (counts.Packs, counts.Protected, counts.Made, counts.Faults));
        Assert.Contains("does not match its CRC", Assert.Single(said), StringComparison.Ordinal);
        Assert.NotEqual(bad, ObjectPath.Pack(Assert.Single(bare.Directory.ListParity())).Path);

        bare.Flip(bad, 5000);
        counts = Protect(bare);
        Assert.Equal((2, 2, 1, 0), (counts.Packs, counts.Protected, counts.Made, counts.Faults));
    }

    [Fact]
    public void Damaged_parity_is_found_and_made_anew_when_that_is_asked_for()
    {
        Store();
        ObjectName name = repository.Directory.ListPacks().Single();
        byte[] good = repository.Get(ObjectPath.Parity(name).Path);
        repository.Flip(ObjectPath.Parity(name).Path, good.Length / 2);
        Assert.Equal(FindingKind.ParityDamaged, Assert.Single(Check()).Kind);
        Assert.Equal(0, Protect(repository).Made);
        Assert.Equal(1, Protect(repository, renews: true).Made);
        Assert.Equal(good, repository.Get(ObjectPath.Parity(name).Path));
        Assert.Equal(0, Protect(repository, renews: true).Made);
        Assert.Equal(1, Protect(repository, percent: 10, renews: true).Made);
        Assert.Empty(Check());
    }

    [Fact]
    public void Parity_of_a_pack_that_is_gone_goes()
    {
        Store();
        repository.Delete(Pack);
        Assert.Empty(Check(readsIndex: false));
        Assert.Equal(1, Protect(repository).Deleted);
        Assert.Empty(repository.Directory.ListParity());
    }

    [Fact]
    public void The_share_can_be_chosen_later()
    {
        using ScratchRepository bare = new();
        Configuration.RepositorySettings.ChooseParity(bare.Directory, 7, TimeProvider.System);
        using (Configuration.RepositoryDirectory opened = Configuration.RepositoryDirectory.Open(bare.Root))
        {
            Assert.Equal(7, opened.Config.Parity);
            Configuration.RepositorySettings.ChooseParity(opened, 0, TimeProvider.System);
        }

        using Configuration.RepositoryDirectory again = Configuration.RepositoryDirectory.Open(bare.Root);
        Assert.Equal(0, again.Config.Parity);
    }

    public void Dispose() => repository.Dispose();

    private static byte[] Bytes(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private void Store() => repository.Store(static chunks => chunks.Add(Chunk, Content));

    private byte[] Read()
    {
        using RepositoryReader reader = repository.Read();
        return reader.Contents.Read(Chunk).ToArray();
    }

    private ParityCounts Protect(ScratchRepository target, int percent = 5, bool renews = false)
    {
        PackProtection protection = new(target.Directory, percent, renews, said.Add);
        protection.Run(CancellationToken.None);
        return protection.Counts;
    }

    private List<Finding> Check(bool readsIndex = true)
    {
        List<Finding> found = [];
        using WorkerPool workers = new(1);
        using RepositoryCheck check = new(repository.Directory, workers, found.Add);
        check.Run(readData: true, CancellationToken.None);
        return readsIndex ? found : found.FindAll(static finding => finding.Kind != FindingKind.PackGone);
    }
}
