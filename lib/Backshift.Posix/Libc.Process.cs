using System.Runtime.InteropServices;

namespace Backshift.Posix;

internal static unsafe partial class Libc
{
    /// <summary>getegid(2)</summary>
    [LibraryImport("libc", EntryPoint = "getegid")]
    internal static partial uint EffectiveGroup();

    /// <summary>kill(2)</summary>
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int process, int signal);

    /// <summary>_exit(2)</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    internal static partial void ExitNow(int status);

    /// <summary>getpwnam_r(3); returns the error number itself.</summary>
    [LibraryImport("libc", EntryPoint = "getpwnam_r")]
    internal static partial int GetUserByName(byte* name, nint* record, byte* buffer, nuint size, nint** result);

    /// <summary>getgrnam_r(3); returns the error number itself.</summary>
    [LibraryImport("libc", EntryPoint = "getgrnam_r")]
    internal static partial int GetGroupByName(byte* name, nint* record, byte* buffer, nuint size, nint** result);

    /// <summary>getrandom(2)</summary>
    [LibraryImport("libc", EntryPoint = "getrandom", SetLastError = true)]
    internal static partial nint GetRandom(byte* buffer, nuint length, uint flags);
}
