using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Testing;
using Xunit;

namespace Backshift.Tooling.Tests;

public sealed class EstimateTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly EstimateNote Base = new(EstimateNote.Base, 83_731, 1_300_000_000);

    private readonly MemoryStream error = new();
    private readonly HandClock clock = new();

    [Fact]
    public void Eighty_columns_have_room_for_entries_bytes_rate_and_time_left()
    {
        using Progress progress = Start(ProgressMode.Line, columns: 80);
        Save(progress, seconds: 4, new EstimateNote(EstimateNote.Count, 83_731, 1_300_000_000));
        Assert.Equal("bs-store: 26%, 8,000 of 83,731 entries, 400 MB of 1.3 GB, 100 MB/s, 0:11 left", Last);
        Assert.True(Last.Length <= 79);
    }

    [Fact]
    public void Forty_columns_have_room_for_what_matters_most()
    {
        using Progress progress = Start(ProgressMode.Line, columns: 40);
        Save(progress, seconds: 4, Base);
        Assert.Equal("26%, 400 MB of ~1.3 GB, 0:11 left", Last);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(20)]
    [InlineData(60)]
    [InlineData(79)]
    [InlineData(81)]
    [InlineData(300)]
    public void A_line_never_fills_the_last_column_however_wide_the_terminal_is(int columns)
    {
        using Progress progress = Start(ProgressMode.Line, columns);
        Save(progress, seconds: 3, Base);
        progress.AddEntry(BytePath.Of("文文文文文文文文文文文文文文文文文文文文文文/disk.img"), 1 << 30);
        clock.Tick();
        Assert.True(StatusLine.Columns(Last) < columns, Last);
    }

    [Fact]
    public void The_time_left_does_not_heed_a_wall_clock_that_is_set()
    {
        using Progress progress = Start(ProgressMode.Line, columns: 80);
        progress.Expect(Base);
        for (int i = 0; i < 4; i++)
        {
            AddSecond(progress);
            clock.Jump(TimeSpan.FromDays(i % 2 == 0 ? 400 : -700));
            clock.Pass(Second);
        }

        Assert.EndsWith(", 100 MB/s, 0:11 left", Last, StringComparison.Ordinal);
    }

    [Fact]
    public void The_rate_is_that_of_the_last_while()
    {
        using Progress progress = Start(ProgressMode.Line, columns: 80);
        Save(progress, seconds: 60, null);
        for (int i = 0; i < 60; i++)
        {
            progress.AddBytes(1_000_000);
            clock.Pass(Second);
        }

        Assert.Contains(", 1.0 MB/s, ", Last, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nobody_knows_how_much_there_is_nothing_is_said_of_it()
    {
        using Progress progress = Start(ProgressMode.Line, columns: 80);
        Save(progress, seconds: 4, null);
        Assert.Equal("bs-store: 8,000 entries, 400 MB, 100 MB/s, new 0 B, stored 0 B, 0:04", Last);
    }

    [Fact]
    public void An_estimate_that_was_too_low_is_not_mentioned_any_more()
    {
        using Progress progress = Start(ProgressMode.Line, columns: 80);
        Save(progress, seconds: 20, Base);
        Assert.StartsWith("40,000 of ~83,731 entries, 2.0 GB, 100 MB/s", Last["bs-store: ".Length..], StringComparison.Ordinal);
    }

    [Fact]
    public void An_estimate_of_the_bytes_alone_is_enough_for_a_share()
    {
        using Progress progress = Start(ProgressMode.Line, columns: 80);
        Save(progress, seconds: 4, new EstimateNote(EstimateNote.FileSystem, null, 800_000_000));
        Assert.Equal("bs-store: 50%, 8,000 entries, 400 MB of ~800 MB, 100 MB/s, 0:04 left", Last);
    }

    [Fact]
    public void A_large_file_is_shown_with_its_own_share()
    {
        using Progress progress = Start(ProgressMode.Line, columns: 80);
        Save(progress, seconds: 4, Base);
        progress.AddEntry(BytePath.Of("var/lib/images/disk.img"), 1_000_000_000);
        progress.AddBytes(370_000_000);
        clock.Tick();
        Assert.Equal("48%, 770 MB of ~1.3 GB, 193 MB/s, 0:04 left  var/lib/images/disk.img 37%", Last);
    }

    [Fact]
    public void A_file_that_is_not_so_large_is_shown_when_it_takes_long()
    {
        using Progress progress = Start(ProgressMode.Line, columns: 120, terminal: false);
        progress.AddEntry(BytePath.Of("slow"), 1_000_000);
        clock.Pass(Second);
        Assert.DoesNotContain("slow", Text, StringComparison.Ordinal);
        progress.AddBytes(100_000);
        clock.Pass(2 * Second);
        Assert.EndsWith(", slow: 100 kB of 1.0 MB\n", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_go_on_within_one_file()
    {
        using Progress progress = Start(ProgressMode.Json, columns: 80, terminal: false);
        progress.AddEntry(BytePath.Of("a \"b\" \n"), 1 << 30);
        for (int i = 0; i < 3; i++)
        {
            progress.AddBytes(1000);
            clock.Pass(Second);
        }

        string[] lines = Text.TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.EndsWith(""","file":"a \u0022b\u0022 \\n","file_bytes":3000,"file_size":1073741824}""", lines[2], StringComparison.Ordinal);
    }

    private string Text => Encoding.UTF8.GetString(error.ToArray());

    private string Last => Text.Contains("\e[K", StringComparison.Ordinal) ? Text[(Text.LastIndexOf("\e[K", StringComparison.Ordinal) + 3)..] : "";

    private Progress Start(ProgressMode mode, int columns, bool terminal = true) =>
        Progress.Start(new Diagnostics("bs-store", error), mode, terminal, () => columns, clock);

    private void Save(Progress progress, int seconds, EstimateNote? all)
    {
        progress.Expect(all);
        clock.Tick();
        for (int i = 0; i < seconds; i++)
        {
            AddSecond(progress);
            clock.Pass(Second);
        }
    }

    /// <summary>What is saved in a second: 2,000 entries, 100 MB.</summary>
    private static void AddSecond(Progress progress)
    {
        for (int i = 0; i < 2000; i++)
        {
            progress.AddEntry(default, null);
            progress.AddBytes(50_000);
        }
    }
}
