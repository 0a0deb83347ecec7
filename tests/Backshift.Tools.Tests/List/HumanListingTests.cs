using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Savesets;
using Backshift.Tooling;
using Xunit;

namespace Backshift.Tools.List.Tests;

public sealed class HumanListingTests
{
    private static readonly TimeZoneInfo Summer = TimeZoneInfo.CreateCustomTimeZone("summer", TimeSpan.FromHours(2), "summer", "summer");

    private static string Listed(Action<OutputBuffer> write)
    {
        using MemoryStream stream = new();
        OutputBuffer output = new(stream);
        write(output);
        output.Flush();
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static EntryRecord Entry(EntryType type, string path, long? size, string user = "me") => new()
    {
        Path = BytePath.Of(path),
        Type = type,
        Mode = 0x1A4,
        Uid = 1000,
        Gid = 100,
        User = Encoding.UTF8.GetBytes(user),
        Group = "users"u8.ToArray(),
        Nlink = 1,
        Size = size,
        Mtime = new UnixTime(1_000_000_000, 5),
        Target = type is EntryType.Link or EntryType.SymbolicLink ? "b"u8.ToArray() : null,
        RdevMajor = type == EntryType.BlockDevice ? 8u : null,
        RdevMinor = type == EntryType.BlockDevice ? 17u : null,
    };

    private static string List(ListOptions options, params EntryRecord[] entries) => Listed(output =>
    {
        EntryLines lines = new(output, options);
        foreach (EntryRecord entry in entries)
        {
            lines.Write(entry, entry.Path.ToString() == "changed" ? "changed" : null);
        }

        lines.Finish();
    });

    [Fact]
    public void A_long_listing_has_a_header_and_aligned_columns() => Assert.Equal(
        """
        MODE         LINKS  OWNER     GROUP  SIZE  MODIFIED          NAME
        drw-r--r--       1  me        users     0  2001-09-09 03:46  d/
        -rw-r--r--       1  somebody  users  1.6G  2001-09-09 03:46  d/file
        lrw-r--r--       1  me        users     1  2001-09-09 03:46  l -> b
        hrw-r--r--       1  me        users     0  2001-09-09 03:46  h link to b
        brw-r--r--       1  me        users  8,17  2001-09-09 03:46  sda1
        -rw-r--r--!      1  me        users   999  2001-09-09 03:46  changed

        """,
        List(
            new ListOptions { Long = true, Zone = Summer },
            Entry(EntryType.Directory, "d", null),
            Entry(EntryType.File, "d/file", 1_700_000_000, "somebody"),
            Entry(EntryType.SymbolicLink, "l", null),
            Entry(EntryType.Link, "h", null),
            Entry(EntryType.BlockDevice, "sda1", null),
            Entry(EntryType.Socket, "socket", null),
            Entry(EntryType.File, "changed", 999)));

    [Fact]
    public void Times_in_UTC_say_so_and_may_be_exact() => Assert.Equal(
        """
        MODE        LINKS  OWNER  GROUP  SIZE  MODIFIED (UTC)                       NAME
        -rw-r--r--      1  1000   100      10  2001-09-09 01:46:40.000000005 +0000  a

        """,
        List(new ListOptions { Long = true, Numeric = true, FullTime = true, Zone = TimeZoneInfo.Utc }, Entry(EntryType.File, "a", 10)));

    [Fact]
    public void Names_alone_and_JSON_are_the_same_for_people_and_programs()
    {
        EntryRecord entry = Entry(EntryType.Directory, "d", null);
        Assert.Equal("d/\n", List(new ListOptions { Zone = Summer }, entry));
        Assert.Equal(List(new ListOptions { Json = true, Long = true }, entry), List(new ListOptions { Json = true, Long = true, Zone = Summer }, entry));
    }

    [Fact]
    public void Savesets_are_listed_with_duration_sizes_and_state()
    {
        Saveset complete = new()
        {
            Host = "web", Started = new UnixTime(1_000_000_000, 0), Finished = new UnixTime(1_000_000_014, 0), Time = "20010909T014640Z", Complete = true,
            Entries = 12_345, Bytes = 1_700_000_000, Added = 12_000_000,
        };
        Saveset incomplete = complete with { Host = "a", Complete = false, Problems = 3, Finished = new UnixTime(1_900_000_000, 0), Bytes = 0 };
        Assert.Equal(
            """
            SAVESET               STARTED           TOOK  ENTRIES  SIZE  ADDED  STATE
            web@20010909T014640Z  2001-09-09 03:46  0:14   12,345  1.6G    11M  complete
            a@20010909T014640Z    2001-09-09 03:46     -   12,345     0    11M  incomplete, 3 problems

            """,
            Listed(output => new SavesetLines(output, new ListOptions { Zone = Summer }).Write([complete, incomplete])));
        Assert.Equal("", Listed(output => new SavesetLines(output, new ListOptions { Zone = Summer }).Write([])));
    }

    [Fact]
    public void A_zone_has_its_summer_time()
    {
        Assert.SkipUnless(TimeZoneInfo.TryFindSystemTimeZoneById("Europe/Berlin", out TimeZoneInfo? berlin), "no time zones on this system");
        ZoneTime times = new(berlin!, full: true);
        Assert.Equal("2026-07-01 14:00:00.000000000 +0200", times.Text(new UnixTime(1_782_907_200, 0)));
        Assert.Equal("2026-01-01 13:00:00.000000009 +0100", times.Text(new UnixTime(1_767_268_800, 9)));
        Assert.Equal("STARTED", times.Title("STARTED"));
    }

    [Theory]
    [InlineData(-62135596801L, "@-62135596801")]
    [InlineData(-62135596800L, "0001-01-01 02:00")]
    [InlineData(253402300799L, "9999-12-31 23:59")]
    public void Times_at_the_ends_of_the_calendar_are_shown(long seconds, string text) =>
        Assert.Equal(text, new ZoneTime(Summer, full: false).Text(new UnixTime(seconds, 0)));
}
