namespace Backshift.Posix;

public static unsafe partial class Machine
{
    private const int SIGINT = 2;
    private const int SIGTERM = 15;

    /// <summary>The number of the user on whose behalf this process runs, geteuid(2).</summary>
    public static uint UserNumber => Libc.EffectiveUser();

    /// <summary>The number of its group, getegid(2).</summary>
    public static uint GroupNumber => Libc.EffectiveGroup();

    /// <summary>Sets what a signal does back to what it does by default, also where the process was started with it ignored.</summary>
    public static void RestoreSignal(int signal)
    {
        const nint SIG_DFL = 0;
        _ = Libc.SetSignal(signal, SIG_DFL);
    }

    /// <summary>Ends this process by a signal, at once: nothing is flushed or cleaned up. Its status says which signal it was.</summary>
    public static void EndBySignal(int signal)
    {
        RestoreSignal(signal);
        _ = Libc.Kill(Environment.ProcessId, signal);

        // The first process of a container is not ended by a signal of its own.
        Libc.ExitNow(128 + signal);
    }

    /// <summary>Sends SIGINT to the process group of this process, itself included, as a terminal does for ^C.</summary>
    public static void InterruptGroup() => _ = Libc.Kill(0, SIGINT);

    /// <summary>Asks a process to end, kill(2) with SIGTERM; one that is gone already is as good.</summary>
    public static void Terminate(int process) => _ = Libc.Kill(process, SIGTERM);
}
