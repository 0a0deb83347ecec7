using Backshift.Posix;
using Backshift.Repository.Trees;

namespace Backshift.Tools.Restore;

/// <summary>A saved entry, and the file that is in its place.</summary>
internal sealed class ComparedFile : IDisposable
{
    private volatile bool differs;
    private volatile Exception? trouble;

    internal ComparedFile(StoredEntry saved) => Saved = saved;

    internal StoredEntry Saved { get; }

    /// <summary>The file, open for reading; null if there is none, or the entry is no file.</summary>
    internal UnixFile? File { get; init; }

    /// <summary>The file as it was when it was opened.</summary>
    internal FileStatus Status { get; init; }

    /// <summary>Why there is no file: an error number.</summary>
    internal int Errno { get; init; }

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

    public void Dispose() => File?.Dispose();
}
