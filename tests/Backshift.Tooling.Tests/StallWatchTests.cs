using Backshift.Posix;
using Backshift.Testing;
using Xunit;

namespace Backshift.Tooling.Tests;

public sealed class StallWatchTests
{
    private static readonly BytePath File = BytePath.Of("/mnt/nfs/x\n");

    private readonly List<string> said = [];
    private readonly HandClock clock = new();

    [Fact]
    public void A_read_that_hangs_is_told_of_once_and_so_is_that_it_goes_on()
    {
        using StallWatch watch = Start(60);
        WatchedCall call = watch.NewCall();
        call.Begin(File);
        Pass(200);
        Assert.Equal(["stalled: no data from /mnt/nfs/x\\n for 60 s"], said);
        call.End();
        Pass(1);
        Assert.Equal("/mnt/nfs/x\\n: resumed after 200 s", said[^1]);
        Pass(200);
        Assert.Equal(2, said.Count);
    }

    [Fact]
    public void Many_reads_that_take_a_while_each_are_no_stall()
    {
        using StallWatch watch = Start(60);
        WatchedCall call = watch.NewCall();
        for (int i = 0; i < 20; i++)
        {
            call.Begin(File);
            Pass(50);
            call.End();
        }

        Assert.Empty(said);
    }

    [Fact]
    public void Time_between_reads_is_no_stall()
    {
        using StallWatch watch = Start(60);
        WatchedCall call = watch.NewCall();
        call.Begin(File);
        call.End();
        Pass(500);
        Assert.Empty(said);
    }

    [Fact]
    public void Each_thread_is_watched_by_itself()
    {
        using StallWatch watch = Start(60);
        WatchedCall hanging = watch.NewCall(), busy = watch.NewCall();
        hanging.Begin(File);
        for (int i = 0; i < 70; i++)
        {
            busy.Begin(BytePath.Of("other"));
            Pass(1);
            busy.End();
        }

        Assert.Equal(["stalled: no data from /mnt/nfs/x\\n for 60 s"], said);
    }

    [Fact]
    public void A_walk_says_where_it_is_only_when_it_hangs()
    {
        int asked = 0;
        using StallWatch watch = Start(10);
        WatchedCall call = watch.NewCall(() => BytePath.Of($"place-{++asked}"));
        call.Begin();
        Pass(30);
        Assert.Equal(["stalled: no data from place-1 for 10 s"], said);
    }

    [Fact]
    public void Nothing_is_told_where_nobody_wants_to_know()
    {
        using StallWatch watch = Start(0);
        watch.NewCall().Begin(File);
        Pass(1000);
        Assert.Empty(said);
    }

    [Fact]
    public void What_goes_on_at_the_very_end_is_told_all_the_same()
    {
        using (StallWatch watch = Start(5))
        {
            WatchedCall call = watch.NewCall();
            call.Begin(File);
            Pass(7);
            call.End();
        }

        Assert.Equal("/mnt/nfs/x\\n: resumed after 6 s", said[^1]);
    }

    [Fact]
    public async Task After_a_signal_work_that_hangs_is_left_behind()
    {
        using ManualResetEventSlim hang = new(), hanging = new();
        using CancellationTokenSource signal = new();
        using StallWatch watch = Start(60);
        WatchedCall call = watch.NewCall();
        Task<int> run = watch.RunAsync(
            () =>
            {
                call.Begin(File);
                hanging.Set();
                hang.Wait();
                return Task.FromResult(1);
            },
            signal.Token);
        hanging.Wait(TestContext.Current.CancellationToken);
        Pass(3);
        Assert.False(run.IsCompleted);
        await signal.CancelAsync();
        Pass(2);
        await Assert.ThrowsAsync<OperationCanceledException>(() => run);
        Assert.Equal(["not waiting for /mnt/nfs/x\\n any longer"], said);
        hang.Set();
    }

    [Fact]
    public async Task After_a_signal_work_that_does_not_hang_is_waited_for()
    {
        using ManualResetEventSlim publish = new();
        using CancellationTokenSource signal = new();
        using StallWatch watch = Start(60);
        WatchedCall call = watch.NewCall();
        Task<int> run = watch.RunAsync(
            () =>
            {
                call.Begin(File);
                call.End();
                publish.Wait();
                return Task.FromResult(7);
            },
            signal.Token);
        await signal.CancelAsync();
        Pass(100);
        Assert.False(run.IsCompleted);
        publish.Set();
        Assert.Equal(7, await run);
    }

    [Fact]
    public async Task What_the_work_throws_comes_out_as_it_was() =>
        await Assert.ThrowsAsync<UnixException>(() =>
            Start(60).RunAsync<int>(static () => throw new UnixException(Errno.EIO, "read", "x"), CancellationToken.None));

    private StallWatch Start(int seconds) => StallWatch.Start(said.Add, TimeSpan.FromSeconds(seconds), clock);

    private void Pass(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            clock.Pass(TimeSpan.FromSeconds(1));
        }

        clock.Tick();
    }
}
