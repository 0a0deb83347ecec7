using System.CommandLine;
using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tooling.Tests;

public sealed class ToolTests
{
    private readonly MemoryStream output = new();
    private readonly MemoryStream error = new();

    [Fact]
    public async Task Help_goes_to_standard_output()
    {
        Assert.Equal(0, await Run(static () => { }, "--help"));
        Assert.StartsWith(
            """
            usage: bs-x [option ...] [path ...]
            do a thing

            Arguments:
              path                      what to take

            Options:
              -r, --repository <path>   path of the repository (default: $BACKSHIFT_REPOSITORY)

            """,
            Text(output),
            StringComparison.Ordinal);
        Assert.Contains("\n  --help                    print this help\n", Text(output), StringComparison.Ordinal);
        Assert.Equal("", Text(error));
    }

    [Fact]
    public async Task Help_wins_over_operands_that_are_missing_or_wrong() => Assert.Equal(0, await Run(static () => { }, "", "--help"));

    [Fact]
    public async Task The_version_is_one_line()
    {
        Assert.Equal(0, await Run(static () => { }, "--version"));
        Assert.Equal("bs-x 0.1.0 (backshift)\n", Text(output));
    }

    [Fact]
    public async Task A_wrong_option_is_a_line_and_a_hint()
    {
        Assert.Equal(64, await Run(static () => { }, "--no\x1bpe"));
        Assert.Equal("bs-x: no such option: --no\\x1bpe\nbs-x: hint: bs-x --help\n", Text(error));
    }

    [Fact]
    public async Task Trouble_that_the_user_can_act_on_is_one_line_with_its_status()
    {
        Assert.Equal(66, await Run(static () => throw new BackshiftException(ExitCode.NoInput, "a@b: no such saveset", "bs-ls")));
        Assert.Equal("bs-x: a@b: no such saveset\nbs-x: hint: bs-ls\n", Text(error));
    }

    [Theory]
    [InlineData(Errno.ENOENT, 66)]
    [InlineData(Errno.EACCES, 77)]
    [InlineData(Errno.EPERM, 77)]
    [InlineData(Errno.ENOSPC, 74)]
    [InlineData(Errno.EDQUOT, 74)]
    [InlineData(Errno.EIO, 74)]
    [InlineData(Errno.EROFS, 74)]
    [InlineData(Errno.EMFILE, 74)]
    public async Task An_error_of_the_system_has_the_status_of_its_kind(int errno, int status)
    {
        Assert.Equal(status, await Run(() => throw new UnixException(errno, "open", "x")));
        Assert.Equal($"bs-x: x: {Errno.Describe(errno)} (open)\n", Text(error));
    }

    [Fact]
    public async Task A_reader_that_went_away_is_told_by_the_status_alone()
    {
        Assert.Equal(141, await Run(static () => throw new UnixException(Errno.EPIPE, "write", "standard output")));
        Assert.Equal("", Text(error));
    }

    [Fact]
    public async Task Another_broken_pipe_is_an_error_like_others() =>
        Assert.Equal(74, await Run(static () => throw new UnixException(Errno.EPIPE, "write", "ssh")));

    [Fact]
    public async Task A_stream_that_stops_is_damaged_input() => Assert.Equal(65, await Run(static () => throw new StreamCutException("the stream stops")));

    [Fact]
    public async Task A_bug_is_printed_whole()
    {
        Assert.Equal(70, await Run(static () => throw new InvalidOperationException("no\u0007pe")));
        Assert.StartsWith("bs-x: bug: System.InvalidOperationException: no\\x07pe\n   at ", Text(error), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancellation_after_a_signal_has_the_signals_status()
    {
        Assert.Equal(new Outcome(ExitCode.Interrupted), Outcome.Of(new OperationCanceledException(), 2));
        Assert.Equal(new Outcome(ExitCode.Terminated), Outcome.Of(new OperationCanceledException(), 15));
        Assert.Equal(new Outcome(ExitCode.HungUp), Outcome.Of(new TaskCanceledException(), 1));
    }

    [Fact]
    public void Memory_that_is_not_there_is_no_bug() =>
        Assert.Equal(new Outcome(ExitCode.InputOutput, "not enough memory"), Outcome.Of(new InsufficientMemoryException("not enough memory"), 0));

    [Fact]
    public void A_cancellation_without_a_signal_is_a_bug() => Assert.Equal(ExitCode.Bug, Outcome.Of(new OperationCanceledException(), 0).Code);

    [Fact]
    public void A_pipe_that_breaks_while_a_signal_ends_all_its_stages_is_that_signal() =>
        Assert.Equal(new Outcome(ExitCode.Interrupted), Outcome.Of(new UnixException(Errno.EPIPE, "write", "standard output"), 2));

    [Fact]
    public void A_single_cause_is_taken_out_of_its_wrapping() =>
        Assert.Equal(ExitCode.Busy, Outcome.Of(new AggregateException(new BackshiftException(ExitCode.Busy, "x")), 0).Code);

    [Theory]
    [InlineData("/usr/bin/bs-a", new[] { "x" }, "bs-a", 1)]
    [InlineData("bs-a", new[] { "bs-b" }, "bs-a", 1)]
    [InlineData("/usr/bin/backshift", new[] { "bs-b", "x", "y" }, "bs-b", 2)]
    [InlineData("dotnet", new[] { "bs-b" }, "bs-b", 0)]
    [InlineData("backshift", new[] { "nope" }, null, 1)]
    [InlineData("backshift", new string[0], null, 0)]
    [InlineData("", new string[0], null, 0)]
    public void The_name_it_is_called_by_chooses_the_program(string calledAs, string[] args, string? name, int rest)
    {
        (string? chosen, string[] left) = ImageName.Choose(static name => name is "bs-a" or "bs-b", calledAs, args);
        Assert.Equal(name, chosen);
        Assert.Equal(rest, left.Length);
    }

    private Task<int> Run(Action body, params string[] args)
    {
        RootCommand root = new("do a thing") { PathArgument.Operands("path", "what to take") };
        RepositoryArgument.AddTo(root);
        return Tool.RunAsync(
            root,
            args,
            (_, _, _) =>
            {
                body();
                return Task.FromResult(ExitCode.Done);
            },
            new Diagnostics("bs-x", error),
            output,
            TimeProvider.System);
    }

    private static string Text(MemoryStream stream) => Encoding.UTF8.GetString(stream.ToArray());
}
