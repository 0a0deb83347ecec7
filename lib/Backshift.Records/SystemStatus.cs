using Backshift.Posix;

namespace Backshift.Records;

/// <summary>The exit status for a system call that failed.</summary>
public static class SystemStatus
{
    /// <summary>The status for an error number, errno(3).</summary>
    public static ExitCode Of(int errno) => errno switch
    {
        Errno.ENOENT or Errno.ENOTDIR => ExitCode.NoInput,
        Errno.EACCES or Errno.EPERM => ExitCode.NotPermitted,
        _ => ExitCode.InputOutput,
    };
}
