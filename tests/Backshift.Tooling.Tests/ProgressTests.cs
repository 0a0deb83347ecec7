using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Testing;
using Xunit;

namespace Backshift.Tooling.Tests;

public sealed class ProgressTests
{
    private readonly MemoryStream error = new();
    private readonly HandClock clock = new();
    private readonly Diagnostics diagnostics;

    public ProgressTests() => diagnostics = new Diagnostics("bs-x", error);

    [Fact]
    public void Nothing_is_shown_where_standard_error_is_no_terminal()
    {
        using (Start(ProgressMode.Auto, terminal: false))
        {
            clock.Tick();
        }

        Assert.Equal("", Shown);
    }

    [Fact]
    public void A_status_line_never_fills_the_last_column()
    {
        using Progress progress = Start(ProgressMode.Auto, terminal: true, columns: 60);
        progress.AddEntry(BytePath.Of("a/" + new string('文', 100) + "/end"), null);
        clock.Tick();
        string line = Shown[(Shown.LastIndexOf("\e[K", StringComparison.Ordinal) + 3)..];
        Assert.True(StatusLine.Columns(line) <= 59, line);
    }

    [Fact]
    public void A_wide_terminal_shows_the_end_of_the_name()
    {
        using Progress progress = Start(ProgressMode.Auto, terminal: true, columns: 120);
        progress.AddEntry(BytePath.Of(new string('d', 200) + "/last\n"), null);
        clock.Tick();
        Assert.EndsWith("ddd/last\\n", Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_takes_the_status_line_away_and_puts_it_back()
    {
        diagnostics.ShowStatus("status");
        diagnostics.Write("message");
        Assert.Equal("\r\e[Kstatus\r\e[Kbs-x: message\nstatus", Shown);
    }

    [Fact]
    public void On_a_terminal_a_message_clears_the_line_whoever_shows_a_status_there()
    {
        new Diagnostics("bs-y", error, shared: true).Write("message");
        Assert.Equal("\r\e[Kbs-y: message\n", Shown);
    }

    [Fact]
    public void The_status_line_goes_when_the_run_ends()
    {
        using (Start(ProgressMode.Auto, terminal: true))
        {
            clock.Tick();
        }

        Assert.EndsWith("\r\e[K", Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void JSON_is_an_object_a_line_and_ends_with_the_last_counts()
    {
        using (Progress progress = Start(ProgressMode.Json, terminal: false))
        {
            clock.Tick();
            progress.AddEntry(BytePath.Of("x"), 10);
            progress.AddBytes(10);
            progress.AddNew(4);
            progress.AddStored(2);
        }

        Assert.Equal(
            """
            {"program":"bs-x","entries":0,"bytes":0,"new":0,"stored":0,"seconds":0.000,"rate":0}
            {"program":"bs-x","entries":1,"bytes":10,"new":4,"stored":2,"seconds":0.000,"rate":0}

            """,
            Shown);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(40)]
    public void A_line_is_cut_to_the_narrowest_terminal(int width) =>
        Assert.True(StatusLine.Columns(StatusLine.Fit("bs-x: 12 files, 文文文文", "name"u8.ToArray(), width)) <= width);

    private string Shown => Encoding.UTF8.GetString(error.ToArray());

    [Fact]
    public void Of_a_copy_packs_and_their_bytes_are_shown()
    {
        using (Progress progress = Start(ProgressMode.Json, terminal: false, kind: ProgressKind.Copying))
        {
            progress.Expect(new EstimateNote(EstimateNote.Packs, null, 4_000_000));
            progress.AddEntry(BytePath.Of("packs/ab/abcd"), size: null);
            progress.AddBytes(1_000_000);
            Assert.Equal("bs-test: 25%, 1 pack, 1.0 MB of ~4.0 MB, 0 B/s, 0:00", progress.Counts.ToLine("bs-test"));
            progress.AddEntry(BytePath.Of("packs/cd/cdef"), size: null);
        }

        Assert.Equal(
            """
            {"program":"bs-x","packs":2,"bytes":1000000,"seconds":0.000,"rate":0,"of_bytes":4000000,"estimate":"packs"}

            """,
            Shown);
    }

    private Progress Start(ProgressMode mode, bool terminal, int columns = 80, ProgressKind kind = ProgressKind.Storing) =>
        Progress.Start(diagnostics, mode, terminal, () => columns, clock, kind);
}
