using System.Runtime.InteropServices;

namespace Backshift.Posix;

internal static unsafe partial class Libc
{
    internal const int SIGPIPE = 13;

    /// <summary>execv(3): execve(2) with the environment of this process.</summary>
    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true)]
    internal static partial int Execute(byte* path, byte** arguments);

    /// <summary>signal(2), here only to set a default.</summary>
    [LibraryImport("libc", EntryPoint = "signal", SetLastError = true)]
    internal static partial nint SetSignal(int number, nint handler);
}
