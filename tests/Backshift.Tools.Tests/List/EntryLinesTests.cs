using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tooling;
using Xunit;

namespace Backshift.Tools.List.Tests;

public sealed class EntryLinesTests
{
    private static string Line(EntryRecord entry, ListOptions options, string? problem = null)
    {
        using MemoryStream stream = new();
        OutputBuffer output = new(stream);
        new EntryLines(output, options).Write(entry, problem);
        output.Flush();
        return Encoding.Latin1.GetString(stream.ToArray());
    }

    private static EntryRecord Entry(EntryType type, string path = "a") => new()
    {
        Path = BytePath.Of(path),
        Type = type,
        Mode = 0x1A4,
        Uid = 1000,
        Gid = 100,
        User = "me"u8.ToArray(),
        Group = "users"u8.ToArray(),
        Nlink = 1,
        Size = type == EntryType.File ? 1234 : null,
        Mtime = new UnixTime(1_000_000_000, 5),
        Target = type is EntryType.Link or EntryType.SymbolicLink ? "b c"u8.ToArray() : null,
        RdevMajor = type is EntryType.CharacterDevice or EntryType.BlockDevice ? 8u : null,
        RdevMinor = type is EntryType.CharacterDevice or EntryType.BlockDevice ? 17u : null,
    };

    [Theory]
    [InlineData(EntryType.File, "-rw-r--r--   1 me       users          1234 2001-09-09T01:46:40Z a\n")]
    [InlineData(EntryType.Directory, "drw-r--r--   1 me       users             0 2001-09-09T01:46:40Z a/\n")]
    [InlineData(EntryType.SymbolicLink, "lrw-r--r--   1 me       users             3 2001-09-09T01:46:40Z a -> b c\n")]
    [InlineData(EntryType.Link, "hrw-r--r--   1 me       users             0 2001-09-09T01:46:40Z a link to b c\n")]
    [InlineData(EntryType.BlockDevice, "brw-r--r--   1 me       users          8,17 2001-09-09T01:46:40Z a\n")]
    [InlineData(EntryType.Fifo, "prw-r--r--   1 me       users             0 2001-09-09T01:46:40Z a\n")]
    [InlineData(EntryType.Socket, "")]
    public void A_long_line_shows_what_ls_shows(EntryType type, string expected) => Assert.Equal(expected, Line(Entry(type), new ListOptions { Long = true }));

    [Fact]
    public void Owners_may_be_numbers_and_times_exact() => Assert.Equal(
        "-rw-r--r--!  1 1000     100            1234 2001-09-09T01:46:40.000000005Z a\n",
        Line(Entry(EntryType.File), new ListOptions { Long = true, Numeric = true, FullTime = true }, "changed"));

    [Theory, InlineData(0xFFFu, "-rwsrwsrwt"), InlineData(0xE00u, "---S--S--T"), InlineData(0x1EDu, "-rwxr-xr-x"), InlineData(0x200u, "---------T")]
    public void A_mode_is_written_as_ls_writes_it(uint mode, string expected)
    {
        byte[] text = new byte[10];
        ModeText.Write(EntryType.File, mode, text);
        Assert.Equal(expected, Encoding.ASCII.GetString(text));
    }

    [Theory, InlineData(-2208988800L, "1900-01-01T00:00:00Z"), InlineData(-1L, "1969-12-31T23:59:59Z"), InlineData(7258118400L, "2200-01-01T00:00:00Z"),
        InlineData(-62135596801L, "@-62135596801"), InlineData(951782399L, "2000-02-28T23:59:59Z")]
    public void A_time_is_that_of_the_calendar(long seconds, string expected)
    {
        using MemoryStream stream = new();
        OutputBuffer output = new(stream);
        TimeText.Write(output, new UnixTime(seconds, 0), full: false);
        output.Flush();
        Assert.Equal(expected, Encoding.ASCII.GetString(stream.ToArray()));
    }

    [Fact]
    public void Names_are_bytes_on_a_pipe_and_escaped_on_a_terminal()
    {
        EntryRecord entry = Entry(EntryType.File, "a\n\e[31m");
        Assert.Equal("a\n\e[31m\0", Line(entry, new ListOptions { Null = true }));
        Assert.Equal("a\\n\\x1b[31m\n", Line(entry, new ListOptions { Escape = true }));
    }

    [Fact]
    public void Bytes_that_are_no_text_survive_json()
    {
        EntryRecord entry = Entry(EntryType.SymbolicLink);
        entry.Path = new BytePath([(byte)'x', 0xFF, (byte)'\n']);
        entry.Target = [0xFE];
        Assert.StartsWith("""{"path":"x\\xff\\n","path_bytes":"eP8K","type":"symlink",""",
            Line(entry, new ListOptions { Json = true }), StringComparison.Ordinal);
        Assert.EndsWith(""","target":"\\xfe","target_bytes":"/g=="}""" + "\n", Line(entry, new ListOptions { Json = true }), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_on_a_terminal_is_ascii()
    {
        string line = Line(Entry(EntryType.File, "ü\u202e\u0085\e"), new ListOptions { Json = true, Escape = true });
        Assert.All(line.TrimEnd('\n'), static c => Assert.InRange(c, ' ', '~'));
        Assert.Contains("\"ü\"", Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(Line(Entry(EntryType.File, "ü"), new ListOptions { Json = true }))),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("system.posix_acl_access", null, "-rw-r--r--+ ")]
    [InlineData("system.posix_acl_default", null, "-rw-r--r--+ ")]
    [InlineData("system.posix_acl_access", "changed", "-rw-r--r--! ")]
    [InlineData("user.posix_acl_access", null, "-rw-r--r--  ")]
    public void An_access_control_list_shows_behind_the_mode_unless_there_is_worse(string name, string? problem, string expected)
    {
        EntryRecord entry = Entry(EntryType.File);
        entry.Attributes = [new(Encoding.ASCII.GetBytes(name), [])];
        Assert.StartsWith(expected, Line(entry, new ListOptions { Long = true }, problem), StringComparison.Ordinal);
    }

    [Fact]
    public void Attributes_are_listed_as_setfattr_reads_them_and_escaped_on_a_terminal()
    {
        EntryRecord entry = Entry(EntryType.File, "a\\\nü=");
        entry.Attributes = [new("user.b=\r"u8.ToArray(), [0, 0xAB]), new("user.c"u8.ToArray(), [])];
        string expected = "# file: a\\134\\012ü=\nuser.b\\075\\015=0x00ab\nuser.c=0x\n\n";
        Assert.Equal(expected, Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(Line(entry, new ListOptions { Attributes = true }))));
        Assert.Equal(expected.Replace("ü", "\\303\\274", StringComparison.Ordinal), Line(entry, new ListOptions { Attributes = true, Escape = true }));
        Assert.Equal("", Line(Entry(EntryType.File), new ListOptions { Attributes = true }));
    }
}
