using System.Diagnostics;
using Xunit;

namespace Backshift.Tooling.Tests;

[Trait("Length", "long")]
public sealed class SignalsTests
{
    private const int Terminate = 15;

    // What takes longer than this never comes.
    private static readonly TimeSpan Never = TimeSpan.FromSeconds(20);

    private readonly List<string> said = [];
    private readonly ManualResetEventSlim spoke = new();
    private readonly TaskCompletionSource<int> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_program_that_does_not_end_after_a_signal_is_ended_by_it_within_a_second()
    {
        using Signals signals = Start();
        long start = Stopwatch.GetTimestamp();
        signals.Take(Terminate);
        Assert.True(signals.Token.IsCancellationRequested);
        Assert.Equal(Terminate, await ended.Task.WaitAsync(Never, TestContext.Current.CancellationToken));
        Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(500), "it was not given the time to end by itself");
    }

    [Fact]
    public async Task A_cancellation_that_hangs_holds_nobody_up()
    {
        using Signals signals = Start();
        using ManualResetEventSlim hang = new();
        await using CancellationTokenRegistration hanging = signals.Token.Register(() => hang.Wait(CancellationToken.None));
        Thread taker = new(() => signals.Take(Terminate)) { IsBackground = true };
        taker.Start();
        Assert.Equal(Terminate, await ended.Task.WaitAsync(Never, TestContext.Current.CancellationToken));
        hang.Set();
        taker.Join();
    }

    [Fact]
    public async Task What_is_said_at_the_end_holds_nobody_up()
    {
        using ManualResetEventSlim hang = new();
        using Signals signals = new(_ => hang.Wait(CancellationToken.None), () => hang.Wait(CancellationToken.None), ended.SetResult);
        signals.Take(Terminate);
        Assert.Equal(Terminate, await ended.Task.WaitAsync(Never, TestContext.Current.CancellationToken));
        hang.Set();
    }

    [Fact]
    public async Task A_program_that_ends_by_itself_is_left_alone()
    {
        Signals signals = Start();
        signals.Take(Terminate);
        signals.Dispose();
        await Assert.ThrowsAsync<TimeoutException>(() => ended.Task.WaitAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
        Assert.Empty(said);
    }

    [Fact]
    public async Task One_that_publishes_what_came_is_waited_for_and_says_so()
    {
        using Signals signals = Start();
        signals.BeginPublishing();
        signals.Take(Terminate);
        Assert.True(spoke.Wait(Never, TestContext.Current.CancellationToken));
        Assert.Equal(["publishing what was received; another signal ends the program at once"], said);
        await Assert.ThrowsAsync<TimeoutException>(() => ended.Task.WaitAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
        signals.EndPublishing();
        Assert.Equal(Terminate, await ended.Task.WaitAsync(Never, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_second_signal_ends_that_too_but_for_one_that_was_sent_twice()
    {
        using Signals signals = Start();
        signals.BeginPublishing();
        signals.Take(Terminate);
        signals.Take(Terminate);
        Assert.True(spoke.Wait(Never, TestContext.Current.CancellationToken));
        Assert.False(ended.Task.IsCompleted);
        signals.Take(Terminate);
        Assert.Equal(Terminate, await ended.Task.WaitAsync(Never, TestContext.Current.CancellationToken));
    }

    private Signals Start() => new(
        line =>
        {
            said.Add(line);
            spoke.Set();
        },
        static () => { },
        signal => ended.TrySetResult(signal));
}
