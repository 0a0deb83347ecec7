using System.Text;
using Backshift.Records;
using Backshift.Tar;
using Xunit;

namespace Backshift.Tools.Untar.Tests;

public sealed class SparseTests
{
    // 1,000,000 bytes, of which 5 at 100 and 5 at 600,000 are stored.
    private const string Expected = "(hole 100)hello(hole 599895)world(hole 399995)";
    private static readonly byte[] Stored = "helloworld"u8.ToArray();

    [Fact]
    public async Task Old_gnu_form()
    {
        Archive archive = new Archive().Add("f", 'S', Stored, change: static header => Sparse(header, "100 5", "600000 5", "1000000 0")).AddZeros();
        await CheckAsync(archive);
    }

    [Fact]
    public async Task Old_gnu_form_with_more_blocks_of_map()
    {
        byte[] more = new byte[TarBlock.Size];
        Entry(more, 0, "600000 5");
        Archive archive = new Archive().Add("f", 'S', size: "00000000012", change: static header =>
        {
            Sparse(header, "100 1", "101 1", "102 1", "103 2");
            header[TarField.IsExtended.Offset] = 1;
        }).AddBytes(more).AddBytes(Filled(Stored)).Add("g").AddZeros();
        await CheckAsync(archive);
    }

    [Fact]
    public Task Form_0_0() => CheckAsync(new Archive().AddPax(
        ("GNU.sparse.size", "1000000"), ("GNU.sparse.numblocks", "2"), ("GNU.sparse.offset", "100"), ("GNU.sparse.numbytes", "5"),
            ("GNU.sparse.offset", "600000"), ("GNU.sparse.numbytes", "5"))
        .Add("f", content: Stored).AddZeros());

    [Fact]
    public Task Form_0_1() => CheckAsync(new Archive().AddPax(
        ("GNU.sparse.size", "1000000"), ("GNU.sparse.numblocks", "2"), ("GNU.sparse.map", "100,5,600000,5"), ("GNU.sparse.name", "f"))
        .Add("GNUSparseFile.1/f", content: Stored).AddZeros());

    [Fact]
    public Task Form_1_0() => CheckAsync(new Archive().AddPax(
        ("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "1000000"), ("GNU.sparse.name", "f"))
        .Add("GNUSparseFile.1/f", content: [.. Filled("2\n100\n5\n600000\n5\n"u8.ToArray()), .. Stored]).AddZeros());

    [Fact]
    public async Task A_map_of_form_1_0_over_many_blocks()
    {
        string map = "1000\n" + string.Concat(Enumerable.Range(0, 1000).Select(static i => $"{i * 1000L * 1000 * 1000}\n1\n"));
        Archive archive =
            new Archive().AddPax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "1000000000000"), ("GNU.sparse.name", "f"))
            .Add("x", content: [.. Filled(Encoding.ASCII.GetBytes(map)), .. Enumerable.Repeat((byte)'.', 1000)]).Add("g").AddZeros();
        Untarring untarring = await Untarring.OfAsync(archive);
        Assert.Equal(string.Concat(Enumerable.Repeat(".(hole 999999999)", 1000)), untarring.Contents[0]);
        Assert.Equal(1_000_000_000_000, untarring.Entries[0].Size);
        Assert.Equal(2, untarring.Entries.Count);
    }

    [Fact]
    public async Task A_file_that_is_one_hole()
    {
        Archive archive = new Archive().AddPax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "1000"), ("GNU.sparse.name", "f"))
            .Add("x", content: Filled("0\n"u8.ToArray())).AddZeros();
        Assert.Equal(["(hole 1000)"], (await Untarring.OfAsync(archive)).Contents);
    }

    [Theory]
    [InlineData("100,5,90,5")]
    [InlineData("100,5,600000,4")]
    [InlineData("100,5,999999,5")]
    [InlineData("100,5,9223372036854775807,5")]
    [InlineData("100,5,-1,5")]
    [InlineData("100,9223372036854775807,0,5")]
    [InlineData("100,x")]
    public async Task A_file_whose_map_does_not_fit_is_a_problem_and_the_next_is_read(string map)
    {
        Archive archive = new Archive().AddPax(("GNU.sparse.size", "1000000"), ("GNU.sparse.map", map)).Add("f", content: Stored).Add("g").AddZeros();
        Untarring untarring = await Untarring.OfAsync(archive);
        Assert.Equal(ExitCode.Incomplete, untarring.Status);
        Assert.StartsWith("cannot be read: ", Assert.Single(untarring.Problems).Text, StringComparison.Ordinal);
        Assert.Equal(["g"], untarring.Paths);
    }

    [Theory]
    [InlineData("2\n100\n5\n")]
    [InlineData("99999999999999999999999999999999")]
    [InlineData("-1\n")]
    public async Task A_file_whose_map_of_form_1_0_is_none_is_a_problem_and_the_next_is_read(string map)
    {
        Archive archive = new Archive().AddPax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "10"), ("GNU.sparse.name", "f"))
            .Add("f", content: Filled(Encoding.ASCII.GetBytes(map))).Add("g").AddZeros();
        Untarring untarring = await Untarring.OfAsync(archive);
        Assert.Equal(ExitCode.Incomplete, untarring.Status);
        Assert.Equal(["g"], untarring.Paths);
    }

    [Fact]
    public async Task A_form_that_is_not_known_is_a_problem()
    {
        Untarring untarring =
            await Untarring.OfAsync(new Archive().AddPax(("GNU.sparse.major", "2"), ("GNU.sparse.minor", "0")).Add("f", content: Stored).AddZeros());
        Assert.Equal((ExitCode.Incomplete, 0), (untarring.Status, untarring.Entries.Count));
    }

    [Fact]
    public async Task A_file_that_is_said_to_be_sparse_and_has_no_map_is_a_problem()
    {
        Untarring untarring = await Untarring.OfAsync(new Archive().AddPax(("GNU.sparse.realsize", "1000000")).Add("f", content: Stored)
            .Add("s", 'S', Stored, change: static header => Archive.Put(header, TarField.RealSize, "none")).Add("g").AddZeros());
        Assert.Equal(["g"], untarring.Paths);
        Assert.Equal(2, untarring.Problems.Count);
    }

    private static async Task CheckAsync(Archive archive)
    {
        Untarring untarring = await Untarring.OfAsync(archive);
        Assert.Null(untarring.Error);
        Assert.Equal(("f", 1_000_000L), (untarring.Entries[0].Path.ToString(), untarring.Entries[0].Size));
        Assert.Equal(Expected, untarring.Contents[0]);
        Assert.NotNull(untarring.End);
    }

    private static void Sparse(byte[] header, params string[] entries)
    {
        for (int i = 0; i < entries.Length; i++)
        {
            Entry(header, TarField.Sparse.Offset + (i * TarField.SparseEntry), entries[i]);
        }

        Archive.Put(header, TarField.Magic, "ustar  \0");
        Archive.Put(header, TarField.RealSize, Convert.ToString(1_000_000, 8).PadLeft(11, '0'));
    }

    private static void Entry(byte[] block, int at, string entry)
    {
        string[] numbers = entry.Split(' ');
        Archive.Put(block, new TarField(at, 12),
            Convert.ToString(long.Parse(numbers[0]), 8).PadLeft(11, '0') + "\0" + Convert.ToString(long.Parse(numbers[1]), 8).PadLeft(11, '0'));
    }

    private static byte[] Filled(byte[] bytes) => [.. bytes, .. new byte[-bytes.Length & (TarBlock.Size - 1)]];
}
