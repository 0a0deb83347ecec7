using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Objects;

public sealed partial class RepositoryDirectory
{
    /// <summary>Prepares for writing: a collector will find a lock for as long as this object lives.</summary>
    /// <exception cref="BackshiftException">A collector is at work; or the repository must not be written to by this program, or not as it is.</exception>
    public void LockForWriting()
    {
        if (Config.WriteRefusal is { } reason)
        {
            throw new BackshiftException(ExitCode.DataError, $"{Root.Join(RepositoryLayout.ConfigurationName)}: {reason}", "a newer Backshift made the repository; this one can only read it");
        }

        foreach (string folder in (string[])[RepositoryLayout.Temporary, RepositoryLayout.Packs, RepositoryLayout.Index, RepositoryLayout.Savesets, RepositoryLayout.Condemned])
        {
            if (held.TryGetStatus(BytePath.Of(folder), out FileStatus status) == 0 && status.Kind != FileKind.Directory)
            {
                throw status.Kind == FileKind.SymbolicLink ? LiesBeyondLink(BytePath.Of(folder)) : IsNoDirectory(BytePath.Of(folder));
            }
        }

        Lock();
    }

    /// <summary>Keeps collectors away for as long as this object lives; for readers whose references another program will store.</summary>
    /// <exception cref="BackshiftException">A collector is at work.</exception>
    public void Lock()
    {
        // A program that makes the repository at this moment still holds the lock of the temporary file, for an instant. Nothing else holds an exclusive lock on it.
        const int Tries = 40;
        bool locked = false;
        for (int i = 0; i < Tries && !locked; i++)
        {
            try
            {
                locked = mark.TryLock(exclusive: false);
            }
            catch (UnixException e) when (Errno.MeansNoLocks(e.Errno))
            {
                return;
            }

            if (!locked)
            {
                Thread.Sleep(25);
            }
        }

        if (!locked)
        {
            throw new BackshiftException(ExitCode.Busy, $"{Root}: a collection is running", "try again when it has finished");
        }
    }
}
