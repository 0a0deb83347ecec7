using Backshift.Posix;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.Restore;

/// <summary>Reports what could not be restored, and keeps the status that follows from it.</summary>
internal sealed class RestoreReport
{
    // Without root every file has an owner that cannot be set.
    private const int Shown = 10;

    private readonly Action<string> warn;
    private readonly bool verbose;
    private readonly long[] refusals = new long[Enum.GetValues<Refusal>().Length];

    /// <param name="warn">Prints a line on standard error.</param>
    /// <param name="verbose">Whether all refusals are named.</param>
    internal RestoreReport(Action<string> warn, bool verbose)
    {
        this.warn = warn;
        this.verbose = verbose;
    }

    /// <summary>Done, or what the worst trouble so far asks for.</summary>
    internal ExitCode Status { get; private set; }

    /// <summary>Reports an entry that was not restored.</summary>
    internal void Problem(string message, ExitCode code = ExitCode.Incomplete)
    {
        warn(message);
        Status = (ExitCode)Math.Max((int)Status, (int)code);
    }

    /// <summary>Reports an entry that was not restored because of a call that failed.</summary>
    internal void Problem(BytePath path, int errno, string call) => Problem(new UnixException(errno, call, path.ToString()).Message);

    /// <summary>Prints a line that changes nothing.</summary>
    internal void Note(string message) => warn(message);

    /// <summary>Reports something of an entry that could not be set. Of each kind the first few are named and the others counted.</summary>
    internal void Refused(Refusal what, BytePath path, string why)
    {
        Status = (ExitCode)Math.Max((int)Status, (int)ExitCode.Incomplete);
        if (refusals[(int)what]++ < Shown || verbose)
        {
            warn($"{path}: {why}");
        }
    }

    /// <summary>Prints the numbers of those that were not named.</summary>
    internal void Finish()
    {
        for (int what = 0; what < refusals.Length && !verbose; what++)
        {
            if (refusals[what] > Shown)
            {
                string count = SizeText.Count(refusals[what] - Shown);
                warn((Refusal)what switch
                {
                    Refusal.Owner => $"owners of {count} more entries could not be set",
                    Refusal.Mode => $"modes of {count} more entries could not be set",
                    Refusal.Time => $"times of {count} more entries could not be set",
                    Refusal.Attribute => $"{count} more attributes could not be set",
                    Refusal.Flags => $"inode flags of {count} more entries could not be set",
                    _ => $"{count} more devices could not be made",
                });
            }
        }
    }

    /// <summary>Ends the restore if the next entry would fail in the same way.</summary>
    /// <exception cref="UnixException">It would.</exception>
    internal static void EndIfHopeless(int errno, string call, BytePath path)
    {
        if (errno is Errno.ENOSPC or Errno.EDQUOT or Errno.EIO or Errno.ENOMEM or Errno.EMFILE or Errno.ENFILE)
        {
            throw new UnixException(errno, call, path.ToString());
        }
    }
}
