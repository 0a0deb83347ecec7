using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Objects;

/// <summary>Scratch files where the disk of the store is not at hand, or not to see what is in them: in the directory of the user.</summary>
public static class ScratchFile
{
    /// <summary>A new one, in $TMPDIR or in /var/tmp.</summary>
    /// <exception cref="BackshiftException">It cannot be made.</exception>
    public static ScratchSpace Create()
    {
        try
        {
            return ScratchSpace.Create();
        }
        catch (UnixException e)
        {
            throw Failed(e);
        }
    }

    /// <summary>What the user reads: what failed, and, unless this process or the machine has run out of something, that there may be a better place.</summary>
    public static BackshiftException Failed(UnixException e) => new(SystemStatus.Of(e.Errno), $"a scratch file: {e.Message}",
        e.Errno is Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM ? null : "another directory for scratch files: TMPDIR", e);
}
