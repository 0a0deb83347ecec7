namespace Backshift.Posix;

public static unsafe partial class Machine
{
    private const int SIGTERM = 15;

    /// <summary>The number of the user on whose behalf this process runs, geteuid(2).</summary>
    public static uint UserNumber => Libc.EffectiveUser();

    /// <summary>The number of its group, getegid(2).</summary>
    public static uint GroupNumber => Libc.EffectiveGroup();

    /// <summary>Asks a process to end, kill(2) with SIGTERM; one that is gone already is as good.</summary>
    public static void Terminate(int process) => _ = Libc.Kill(process, SIGTERM);
}
