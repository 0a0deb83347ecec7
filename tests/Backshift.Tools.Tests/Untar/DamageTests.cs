using System.Text;
using Backshift.Records;
using Backshift.Tar;
using Xunit;

namespace Backshift.Tools.Untar.Tests;

public sealed class DamageTests
{
    private static Archive Small() =>
        new Archive().Add("d/", '5').AddPax(("path", "long"), ("mtime", "1.5")).Add("f", content: new byte[600]).Add("l", '1', target: "long");

    [Fact]
    public async Task An_archive_that_is_cut_anywhere_gives_no_end()
    {
        byte[] archive = Small().AddZeros().Bytes;
        for (int length = 0; length < archive.Length - (2 * TarBlock.Size); length += 37)
        {
            Untarring untarring = await Untarring.OfAsync(archive[..length]);
            Assert.Equal((ExitCode.DataError, true), (untarring.Status, untarring.End is null));
        }
    }

    [Fact]
    public async Task The_message_says_where_an_archive_is_cut()
    {
        Assert.Equal("the archive stops at byte 2200, in long", (await Untarring.OfAsync(Small().Bytes[..2200])).Error!.Message);
        Assert.Equal("the archive stops at byte 3584, without the blocks of zeros at its end", (await Untarring.OfAsync(Small())).Error!.Message);
    }

    [Fact]
    public async Task One_block_of_zeros_is_enough_where_nothing_follows()
    {
        Assert.NotNull((await Untarring.OfAsync(Small().AddZeros(1))).End);
        Untarring untarring = await Untarring.OfAsync(Small().AddZeros(1).Add("x").AddZeros());
        Assert.Equal(["d", "long", "l", "x"], untarring.Paths);
        Assert.Equal("damaged archive: a single block of zeros before byte 4096; continued after it", Assert.Single(untarring.Problems).Text);
        Assert.Equal(ExitCode.Incomplete, untarring.Status);
        Assert.Equal(ExitCode.Incomplete, (await Untarring.OfAsync(Small().AddZeros(1).AddBytes(Garbage(3000)))).Status);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(512, 2)]
    [InlineData(1536, 2)]
    [InlineData(3072, 3)]
    public async Task A_header_that_is_damaged_does_not_lose_the_rest_of_the_archive(int at, int left)
    {
        byte[] archive = Small().Add("last", content: [1]).AddZeros().Bytes;
        archive[at + 3] ^= 1;
        Untarring untarring = await Untarring.OfAsync(archive);
        Assert.Equal((ExitCode.Incomplete, true), (untarring.Status, untarring.End is not null));
        Assert.StartsWith($"damaged archive: a block that is not a header at byte {at}; continued at the next header, at byte ", untarring.Problems[0].Text,
            StringComparison.Ordinal);
        Assert.Equal("last", untarring.Paths[^1]);
        Assert.True(untarring.Entries.Count >= left);
    }

    [Fact]
    public async Task Zeros_in_a_file_whose_header_is_damaged_are_not_the_end()
    {
        byte[] archive = new Archive().Add("a").Add("zeros", content: new byte[5000]).Add("b").AddZeros().Bytes;
        archive[512] ^= 1;
        Untarring untarring = await Untarring.OfAsync(archive);
        Assert.Equal(["a", "b"], untarring.Paths);
        Assert.Single(untarring.Problems);
    }

    [Fact]
    public async Task A_size_that_is_none_costs_its_member_and_no_other()
    {
        Untarring untarring = await Untarring.OfAsync(new Archive().Add("a").Add("f", content: Garbage(2000), size: "garbage").Add("b").AddZeros());
        Assert.Equal(["a", "b"], untarring.Paths);
        Assert.Contains("a damaged header: the size \"garbage\" is invalid at byte 512", Assert.Single(untarring.Problems).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_up_to_the_end_of_the_input_is_not_the_end_of_the_archive()
    {
        Untarring untarring = await Untarring.OfAsync(Small().AddBytes(Garbage(5120)));
        Assert.Equal((ExitCode.DataError, true), (untarring.Status, untarring.End is null));
        Assert.Equal("damaged archive: a block that is not a header at byte 3584, with neither a header nor the end of the archive after it",
            untarring.Error!.Message);
    }

    private static byte[] Garbage(int length)
    {
        byte[] garbage = new byte[length];
        new Random(1).NextBytes(garbage);
        return garbage;
    }

    [Fact]
    public async Task What_follows_the_end_is_read_and_thrown_away()
    {
        Untarring untarring = await Untarring.OfAsync(Small().AddZeros().AddBytes(Garbage(1_000_001)));
        Assert.Equal((ExitCode.Done, 3), (untarring.Status, untarring.Entries.Count));
    }

    [Fact]
    public async Task Joined_archives_are_read_where_that_is_asked_for()
    {
        Archive archive = Small().AddZeros(20).Add("x").AddZeros(3).Add("y").AddZeros();
        Untarring first = await Untarring.OfAsync(archive);
        Assert.Equal((3, ExitCode.Done), (first.Entries.Count, first.Status));
        Assert.Equal(["more members follow the end of the archive, at byte 13824, and are ignored; --ignore-zeros reads them"], first.Said);
        Untarring all = await Untarring.OfAsync(archive, ignoreZeros: true);
        Assert.Equal((5, true), (all.Entries.Count, all.End is not null));
    }

    [Fact]
    public async Task An_empty_archive_is_a_stream_without_entries() =>
        Assert.Equal(new EndRecord("bs-untar", 0, 0, 0), (await Untarring.OfAsync(new Archive().AddZeros(20))).End);

    [Fact]
    [Trait("Length", "long")]
    public async Task A_byte_that_is_wrong_is_an_error_or_seen_by_nobody_but_never_a_bug()
    {
        byte[] archive = Small().AddPax(("SCHILY.xattr.user.a", "b"), ("GNU.sparse.map", "0,1,2,1"), ("GNU.sparse.size", "5"), ("SCHILY.acl.access", "u::rwx"))
            .Add("x", content: [1, 2]).AddZeros().Bytes;
        for (int at = 0; at < archive.Length; at++)
        {
            byte[] broken = [.. archive];
            broken[at] ^= (byte)(1 + (at % 255));
            Untarring untarring = await Untarring.OfAsync(broken);
            Assert.True(untarring.End is not null ? untarring.Error is null : untarring.Status == ExitCode.DataError, $"at {at}");
        }
    }

    [Theory]
    [InlineData('0', "77777777777")]
    [InlineData('x', "77777777777")]
    [InlineData('L', "77777777777")]
    [InlineData('0', "\u0080\0\0\0\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")]
    [InlineData('g', "\u0080\0\0\0\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")]
    [InlineData('0', "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")]
    [InlineData('S', "77777777777")]
    [InlineData('0', "99999999999")]
    public async Task A_length_that_is_none_takes_no_memory(char type, string size)
    {
        Untarring untarring = await Untarring.OfAsync(new Archive().Add("f", type, size: size).AddZeros());
        Assert.True(untarring.Status is ExitCode.DataError || (untarring.Status is ExitCode.Incomplete && untarring.Entries.Count == 0));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("5 a=b\n")]
    [InlineData("7 a=b\n")]
    [InlineData("4 ab\n")]
    [InlineData("2147483647 a=b\n")]
    [InlineData("-6 a=b\n")]
    [InlineData("11 size=-1\n")]
    [InlineData("31 GNU.sparse.numbytes=12345\n\n\n")]
    public async Task An_extended_header_that_is_none_is_a_problem_of_its_member(string text)
    {
        Untarring untarring = await Untarring.OfAsync(new Archive().Add("x", 'x', Encoding.ASCII.GetBytes(text)).Add("f").Add("g").AddZeros());
        Assert.Equal((ExitCode.Incomplete, "f", "g"), (untarring.Status, Assert.Single(untarring.Problems).Path.ToString(), untarring.Paths[^1]));
    }

    [Theory]
    [InlineData("1f8b0800", "gzip -dc")]
    [InlineData("fd377a585a00", "xz -dc")]
    [InlineData("28b52ffd04", "zstd -dc")]
    [InlineData("425a6839", "bzip2 -dc")]
    [InlineData("504b0304", "bsdtar -cf - @-")]
    public async Task What_is_compressed_is_said_with_the_command_to_unpack_it(string start, string command)
    {
        Untarring untarring = await Untarring.OfAsync([.. Convert.FromHexString(start), .. new byte[1000]]);
        Assert.Equal((ExitCode.DataError, $"{command} | bs-untar"), (untarring.Status, untarring.Error!.Hint));
    }

    [Fact]
    public async Task What_is_no_archive_at_all_is_said()
    {
        Assert.Equal("standard input is not a tar archive", (await Untarring.OfAsync(Encoding.ASCII.GetBytes("Hello"))).Error!.Message);
        Assert.Equal("standard input is empty: no archive", (await Untarring.OfAsync([])).Error!.Message);
    }
}
