using System.Globalization;

namespace Backshift.Posix;

public sealed unsafe partial class HeldDirectory
{
    /// <summary>Changes the mode of the directory itself, fchmod(2).</summary>
    /// <returns>0, or the error number. A bit that the system takes away silently, as set-group-ID for those outside of the group, is seen in
    /// <see cref="Status"/>.</returns>
    public int TrySetMode(uint mode) => Libc.ChangeMode(directory.Number, mode) == 0 ? 0 : Errno.Last;

    /// <summary>Where the directory is now, by what the kernel says; null where /proc is not mounted or the directory was deleted.</summary>
    public BytePath? FindPlace()
    {
        byte[] link = BytePath.Of(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{directory.Number}")).Terminated();
        return FileNames.TryReadLink(null, link, out _) is { } place
            && FileStatus.TryGet(new BytePath(place), out FileStatus status) == 0 && status.IsSameFile(Status)
            ? new BytePath(place)
            : null;
    }

    /// <summary>
    /// Tries what is asked of the file system later, with two names below that are not taken, and removes what it made.
    /// </summary>
    /// <param name="first">A name that is free, in a directory that exists.</param>
    /// <param name="second">Another one.</param>
    /// <exception cref="UnixException">Not even a file can be made.</exception>
    public Weaknesses FindWeaknesses(BytePath first, BytePath second)
    {
        Weaknesses found = Weaknesses.None;
        using UnixFile file = Create(first);
        using UnixFile parent = OpenParent(first, "open");
        try
        {
            try
            {
                _ = file.TryLock(exclusive: true);
            }
            catch (UnixException e) when (Errno.MeansNoLocks(e.Errno))
            {
                found |= Weaknesses.NoLocks;
            }

            found |= FileStatus.Of(file).Mode != FileMode ? Weaknesses.NoModes : 0;
            using (UnixFile? directory = TryOpen(first.Parent, OpenFor.Directory, out _))
            {
                found |= directory is not null && Libc.Fsync(directory.Number) != 0 ? Weaknesses.NoDirectorySync : 0;
            }

            fixed (byte* from = new BytePath(first.Name).Terminated())
            fixed (byte* to = new BytePath(second.Name).Terminated())
            {
                // A link is tried only where the flag is unknown: it is needed for nothing else.
                found |= Libc.RenameAt2(parent.Number, from, parent.Number, to, Libc.RENAME_NOREPLACE) != 0
                    && Libc.LinkAt(parent.Number, from, parent.Number, to, 0) != 0
                    ? Weaknesses.NoExclusiveRename
                    : 0;
            }
        }
        finally
        {
            _ = TryDelete(first);
            _ = TryDelete(second);
        }

        return found;
    }
}
