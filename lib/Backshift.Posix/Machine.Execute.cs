using System.Runtime.InteropServices;

namespace Backshift.Posix;

public static unsafe partial class Machine
{
    /// <summary>Puts another program in the place of this process, execve(2): same number, descriptors and environment. Returns only by throwing.</summary>
    /// <param name="program">Its file.</param>
    /// <param name="arguments">Its arguments, its own name first; without NUL.</param>
    /// <exception cref="UnixException">The system refused; this process goes on.</exception>
    public static void Execute(BytePath program, IReadOnlyList<byte[]> arguments)
    {
        // .NET ignores SIGPIPE, and what is ignored stays so in the next program. All else is set back by the system.
        RestoreSignal(Libc.SIGPIPE);
        GCHandle[] pinned = new GCHandle[arguments.Count];
        byte*[] pointers = new byte*[arguments.Count + 1];
        for (int i = 0; i < pinned.Length; i++)
        {
            pinned[i] = GCHandle.Alloc(new BytePath(arguments[i]).Terminated(), GCHandleType.Pinned);
            pointers[i] = (byte*)pinned[i].AddrOfPinnedObject();
        }

        fixed (byte* path = program.Terminated())
        fixed (byte** all = pointers)
        {
            _ = Libc.Execute(path, all);
        }

        int errno = Errno.Last;
        Array.ForEach(pinned, static handle => handle.Free());
        throw new UnixException(errno, "exec", program.ToString());
    }
}
