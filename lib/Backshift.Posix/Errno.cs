using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Backshift.Posix;

/// <summary>Error numbers of Linux (errno(3)), those that are told apart here.</summary>
public static class Errno
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EIO = 5;
    public const int ENXIO = 6;
    public const int EBADF = 9;
    public const int EAGAIN = 11;
    public const int ENOMEM = 12;
    public const int EACCES = 13;
    public const int EBUSY = 16;
    public const int EEXIST = 17;
    public const int EXDEV = 18;
    public const int ENOTDIR = 20;
    public const int EISDIR = 21;
    public const int EINVAL = 22;
    public const int ENFILE = 23;
    public const int EMFILE = 24;
    public const int ENOTTY = 25;
    public const int ENOSPC = 28;
    public const int EROFS = 30;
    public const int EPIPE = 32;
    public const int EMLINK = 31;
    public const int ERANGE = 34;
    public const int ENAMETOOLONG = 36;
    public const int ENOLCK = 37;
    public const int ENOSYS = 38;
    public const int ENOTEMPTY = 39;
    public const int ELOOP = 40;
    public const int ENODATA = 61;
    public const int EOPNOTSUPP = 95;
    public const int ESTALE = 116;
    public const int EDQUOT = 122;

    /// <summary>The number of the call that failed last on this thread.</summary>
    internal static int Last => Marshal.GetLastPInvokeError();

    /// <summary>
    /// Whether flock(2) failed because the file system has no locks, rather than because of this file. EBADF is what NFS answers to an exclusive lock
    /// through a descriptor that was opened for reading.
    /// </summary>
    public static bool MeansNoLocks(int errno) => errno is ENOLCK or ENOSYS or EOPNOTSUPP or EINVAL or EBADF;

    /// <summary>The system's words for <paramref name="errno"/>, "No such file or directory".</summary>
    public static string Describe(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    /// <summary>Throws for the call that failed last on this thread.</summary>
    [DoesNotReturn]
    internal static void Throw(string call, BytePath subject) => throw new UnixException(Last, call, subject.ToString());

    /// <inheritdoc cref="Throw(string, BytePath)"/>
    [DoesNotReturn]
    internal static void Throw(string call, string subject) => throw new UnixException(Last, call, subject);
}
