using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tar;
using Backshift.Tooling;
using Xunit;

namespace Backshift.Tools.Tar.Tests;

public sealed class TarHeadersTests
{
    private static (string? Refusal, byte[] Bytes) Write(TarFormat format, EntryRecord entry, long size = 0)
    {
        using MemoryStream stream = new();
        OutputBuffer output = new(stream);
        string? refusal = new TarHeaders(output, format).TryWrite(entry, size);
        output.Flush();
        return (refusal, stream.ToArray());
    }

    private static EntryRecord File(string path) =>
        new() { Path = BytePath.Of(path), Type = EntryType.File, Mode = 0x9ED, Mtime = new UnixTime(1_000_000_000, 0) };

    private static string Field(byte[] bytes, int offset, int length, int block = 0) =>
        Encoding.Latin1.GetString(bytes, (block * 512) + offset, length).TrimEnd('\0');

    [Fact]
    public void A_plain_file_is_one_block_with_every_field_in_its_place()
    {
        EntryRecord entry = File("a/b");
        (entry.Uid, entry.Gid, entry.User, entry.Group) = (1000, 2097151, "me"u8.ToArray(), "us"u8.ToArray());
        (string? refusal, byte[] bytes) = Write(TarFormat.Pax, entry, 8589934591);
        Assert.Null(refusal);
        Assert.Equal(512, bytes.Length);
        Assert.Equal("a/b", Field(bytes, 0, 100));
        Assert.Equal("0004755", Field(bytes, 100, 8));
        Assert.Equal("0001750", Field(bytes, 108, 8));
        Assert.Equal("7777777", Field(bytes, 116, 8));
        Assert.Equal("77777777777", Field(bytes, 124, 12));
        Assert.Equal("07346545000", Field(bytes, 136, 12));
        Assert.Equal("0", Field(bytes, 156, 1));
        Assert.Equal("ustar\000", Encoding.Latin1.GetString(bytes, 257, 8));
        Assert.Equal("me", Field(bytes, 265, 32));
        Assert.Equal("us", Field(bytes, 297, 32));
        int sum = bytes.Select(static b => (int)b).Sum() - bytes[148..156].Select(static b => (int)b).Sum() + (8 * ' ');
        Assert.Equal(sum, Convert.ToInt32(Field(bytes, 148, 6), 8));
        Assert.Equal(0, bytes[154]);
        Assert.Equal((byte)' ', bytes[155]);
    }

    [Theory, InlineData(100, 1), InlineData(101, 3)]
    public void A_name_without_a_slash_has_a_record_beyond_100_bytes(int length, int blocks) =>
        Assert.Equal(blocks * 512, Write(TarFormat.Pax, File(new string('n', length))).Bytes.Length);

    [Theory, InlineData(155, 100, 1), InlineData(156, 100, 3), InlineData(155, 101, 3), InlineData(1, 100, 1)]
    public void A_long_name_is_cut_at_a_slash_where_both_parts_fit(int prefix, int name, int blocks)
    {
        byte[] bytes = Write(TarFormat.Pax, File(new string('p', prefix) + "/" + new string('n', name))).Bytes;
        Assert.Equal(blocks * 512, bytes.Length);
        if (blocks == 1)
        {
            Assert.Equal(new string('p', prefix), Field(bytes, 345, 155));
            Assert.Equal(new string('n', name), Field(bytes, 0, 100));
        }
    }

    [Fact]
    public void The_slash_behind_a_directory_is_none_to_cut_at()
    {
        EntryRecord entry = new() { Path = BytePath.Of(new string('d', 100)), Type = EntryType.Directory };
        Assert.Contains("111 path=" + new string('d', 100) + "/\n", Encoding.Latin1.GetString(Write(TarFormat.Pax, entry).Bytes), StringComparison.Ordinal);
        Assert.Equal("its name does not fit", Write(TarFormat.Ustar, entry).Refusal);
    }

    [Fact]
    public void A_name_that_is_UTF8_has_a_record_and_one_that_is_no_text_stands_in_the_header()
    {
        Assert.Contains("path=\u00c3\u00bc\n", Encoding.Latin1.GetString(Write(TarFormat.Pax, File("ü")).Bytes), StringComparison.Ordinal);
        EntryRecord entry = File("x");
        entry.Path = new BytePath([0xFF]);
        byte[] bytes = Write(TarFormat.Pax, entry).Bytes;
        Assert.Equal(512, bytes.Length);
        Assert.Equal("\u00ff", Field(bytes, 0, 100));
    }

    [Fact]
    public void Numbers_that_do_not_fit_are_records_in_pax_binary_in_gnu_and_refused_in_ustar()
    {
        EntryRecord entry = File("x");
        entry.Uid = 2097152;
        Assert.Contains("15 uid=2097152\n", Encoding.Latin1.GetString(Write(TarFormat.Pax, entry).Bytes), StringComparison.Ordinal);
        Assert.Equal([0x80, 0, 0, 0, 0, 0x20, 0, 0], Write(TarFormat.Gnu, entry).Bytes[108..116]);
        Assert.Equal("uid 2097152 does not fit", Write(TarFormat.Ustar, entry).Refusal);
        Assert.Contains("19 size=8589934592\n", Encoding.Latin1.GetString(Write(TarFormat.Pax, File("x"), 8589934592).Bytes), StringComparison.Ordinal);
        Assert.Equal([0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0], Write(TarFormat.Gnu, File("x"), 8589934592).Bytes[124..136]);
        Assert.Equal("size 8589934592 does not fit", Write(TarFormat.Ustar, File("x"), 8589934592).Refusal);
    }

    [Fact]
    public void A_time_before_1970_keeps_its_sign()
    {
        EntryRecord entry = File("x");
        entry.Mtime = new UnixTime(-2208988800, 0);
        Assert.Contains("21 mtime=-2208988800\n", Encoding.Latin1.GetString(Write(TarFormat.Pax, entry).Bytes), StringComparison.Ordinal);
        Assert.Equal([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7C, 0x55, 0x81, 0x80], Write(TarFormat.Gnu, entry).Bytes[136..148]);
        Assert.Equal("mtime -2208988800 does not fit", Write(TarFormat.Ustar, entry).Refusal);
    }

    [Fact]
    public void The_fraction_of_a_second_is_in_pax_alone()
    {
        EntryRecord entry = File("x");
        entry.Mtime = new UnixTime(1_000_000_000, 5);
        Assert.Contains("30 mtime=1000000000.000000005\n", Encoding.Latin1.GetString(Write(TarFormat.Pax, entry).Bytes), StringComparison.Ordinal);
        Assert.Equal(512, Write(TarFormat.Gnu, entry).Bytes.Length);
        Assert.Null(Write(TarFormat.Ustar, entry).Refusal);
    }

    [Fact]
    public void Long_names_in_gnu_stand_whole_in_entries_before_the_header()
    {
        EntryRecord entry =
            new() { Path = BytePath.Of(new string('n', 600)), Type = EntryType.SymbolicLink, Target = Encoding.ASCII.GetBytes(new string('t', 101)) };
        byte[] bytes = Write(TarFormat.Gnu, entry).Bytes;
        Assert.Equal(6 * 512, bytes.Length);
        Assert.Equal("././@LongLink", Field(bytes, 0, 100));
        Assert.Equal("K", Field(bytes, 156, 1));
        Assert.Equal("00000000146", Field(bytes, 124, 12));
        Assert.Equal(new string('t', 101), Field(bytes, 0, 512, block: 1));
        Assert.Equal("L", Field(bytes, 156, 1, block: 2));
        Assert.Equal("00000001131", Field(bytes, 124, 12, block: 2));
        Assert.Equal("2", Field(bytes, 156, 1, block: 5));
        Assert.Equal("ustar  ", Field(bytes, 257, 8, block: 5));
    }

    [Fact]
    public void A_long_owner_does_not_fit_but_in_pax()
    {
        EntryRecord entry = File("x");
        entry.User = Encoding.ASCII.GetBytes(new string('u', 32));
        Assert.Contains("uname=" + new string('u', 32), Encoding.Latin1.GetString(Write(TarFormat.Pax, entry).Bytes), StringComparison.Ordinal);
        Assert.NotNull(Write(TarFormat.Gnu, entry).Refusal);
        Assert.NotNull(Write(TarFormat.Ustar, entry).Refusal);
    }

    [Fact]
    public void A_device_number_that_no_format_has_a_place_for_is_refused()
    {
        EntryRecord entry = new() { Path = BytePath.Of("d"), Type = EntryType.BlockDevice, RdevMajor = 2097152, RdevMinor = 0 };
        Assert.Equal("device number 2097152 does not fit", Write(TarFormat.Pax, entry).Refusal);
        entry.RdevMajor = 2097151;
        Assert.Equal("7777777", Field(Write(TarFormat.Pax, entry).Bytes, 329, 8));
    }
}
