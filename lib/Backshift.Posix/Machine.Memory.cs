namespace Backshift.Posix;

public static unsafe partial class Machine
{
    /// <summary>
    /// Keeps bytes that hold a secret out of swap space, mlock(2), as far as the limit on locked memory allows, and this process out of core dumps and the
    /// reach of debuggers of the same user, prctl(2). Where the system refuses, they are as safe as any memory.
    /// </summary>
    /// <param name="pinned">They do not move in memory.</param>
    public static void GuardMemory(byte[] pinned)
    {
        const int PR_SET_DUMPABLE = 4;
        fixed (byte* at = pinned)
        {
            _ = Libc.LockMemory(at, (nuint)pinned.Length);
        }

        _ = Libc.Control(PR_SET_DUMPABLE, 0, 0, 0, 0);
    }
}
