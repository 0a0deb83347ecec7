using Backshift.Posix;
using Backshift.Repository.Trees;

namespace Backshift.Tools.Restore;

/// <summary>A saved entry, and the file that is in its place.</summary>
internal sealed class ComparedFile : IDisposable
{
    private volatile bool differs;
    private volatile Exception? trouble;
    private readonly bool mayOpen;
    private SharedDirectory? parent;

    /// <param name="saved">The entry.</param>
    /// <param name="parent">Where its file is to be opened by <see cref="Open"/>; null if it is open already, or none is. Given back to then.</param>
    /// <param name="mayOpen">Whether what has the name there is known to be a file, or nothing.</param>
    internal ComparedFile(StoredEntry saved, SharedDirectory? parent = null, bool mayOpen = false)
    {
        this.mayOpen = mayOpen;
        Saved = saved;
        this.parent = parent;
    }

    internal StoredEntry Saved { get; }

    /// <summary>The file, open for reading; null if there is none, or the entry is no file.</summary>
    internal UnixFile? File { get; set; }

    /// <summary>The file as it was when it was opened.</summary>
    internal FileStatus Status { get; set; }

    /// <summary>How much the restore had changed before the comparison began.</summary>
    internal long Changes { get; set; }

    /// <summary>Why there is no file: an error number.</summary>
    internal int Errno { get; set; }

    /// <summary>What ended the comparison, or null; set by any thread.</summary>
    internal Exception? Trouble
    {
        get => trouble;
        set => trouble = value;
    }

    /// <summary>The number of the last job that reads from it; 0 if there is none.</summary>
    internal long LastJob { get; set; }

    /// <summary>Whether a difference was found so far; set by any thread.</summary>
    internal bool Differs
    {
        get => differs;
        set => differs = value;
    }

    /// <summary>Whether the file is there and has the saved content; final once the comparison is done.</summary>
    internal bool HasContent => File is not null && !differs && Trouble is null;

    /// <summary>Opens the file, if that was left for later.</summary>
    /// <param name="isUntouched">Whether it need not be read.</param>
    /// <returns>Whether its content is to be read.</returns>
    internal bool Open(Func<StoredEntry, FileStatus, bool>? isUntouched)
    {
        try
        {
            File = ExistingFiles.TryOpen(parent!.Directory, Saved.Entry, out FileStatus status, out int errno, mayOpen);
            (Status, Errno) = (status, errno);
        }
        catch (UnixException e)
        {
            Trouble = e;
        }
        finally
        {
            Leave();
        }

        if (File is null || isUntouched?.Invoke(Saved, Status) == true)
        {
            return false;
        }

        Differs |= Saved.Entry.Size is { } size && size != Status.Size;
        return !Differs;
    }

    public void Dispose()
    {
        Leave();
        File?.Dispose();
    }

    private void Leave()
    {
        parent?.GiveBack();
        parent = null;
    }
}
