namespace Backshift.Posix;

/// <summary>A system call that failed: what was being done, to which name, and the number it failed with.</summary>
public sealed class UnixException : IOException
{
    /// <param name="errno">The number, see errno(3).</param>
    /// <param name="call">The system call, for those who read traces.</param>
    /// <param name="subject">The file or other thing it was about, already fit to be shown.</param>
    public UnixException(int errno, string call, string subject)
        : base($"{subject}: {Posix.Errno.Describe(errno)} ({call})")
    {
        Errno = errno;
        Call = call;
        Subject = subject;
    }

    public int Errno { get; }

    public string Call { get; }

    public string Subject { get; }
}
