using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Trees;
using Backshift.Repository.Workers;

namespace Backshift.Tools.Restore;

/// <summary>Compares files with saved ones, in order and ahead of the caller: a thread that opens files, and workers that read and hash them.</summary>
internal sealed class ComparisonAhead : IDisposable
{
    // Each may be an open file.
    private const int FilesAhead = 64;
    private const int PiecesAhead = 64;

    private readonly RepositoryReader reader;
    private readonly ExistingFiles existing;
    private readonly WorkerPool workers = new(Math.Min(Environment.ProcessorCount, 8));
    private readonly Queue<ComparedFile> ahead = new();
    private readonly Queue<PieceComparison> pieces = new();

    /// <param name="reader">Reads lists of chunks; not closed.</param>
    /// <param name="existing">Opens files; not closed.</param>
    internal ComparisonAhead(RepositoryReader reader, ExistingFiles existing)
    {
        this.reader = reader;
        this.existing = existing;
    }

    /// <summary>Compares entries; those that are no files pass through.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="isUntouched">Whether a file need not be read, since its inode proves that it has the content; null to read all.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>The caller disposes of each.</returns>
    internal IEnumerable<ComparedFile> Compare(IEnumerable<StoredEntry> entries, Func<StoredEntry, FileStatus, bool>? isUntouched, CancellationToken cancel)
    {
        foreach (StoredEntry entry in entries)
        {
            cancel.ThrowIfCancellationRequested();
            ahead.Enqueue(entry.Entry.Type == EntryType.File ? Start(entry, isUntouched, cancel) : new ComparedFile(entry));
            while (ahead.Count > FilesAhead)
            {
                yield return Finish();
            }
        }

        while (ahead.Count > 0)
        {
            yield return Finish();
        }
    }

    /// <summary>Waits for the workers, and closes what was not handed out.</summary>
    public void Dispose()
    {
        foreach (ComparedFile file in ahead)
        {
            file.Differs = true;
        }

        workers.Dispose();
        while (ahead.TryDequeue(out ComparedFile? file))
        {
            file.Dispose();
        }
    }

    private ComparedFile Start(StoredEntry saved, Func<StoredEntry, FileStatus, bool>? isUntouched, CancellationToken cancel)
    {
        ComparedFile compared;
        try
        {
            UnixFile? file = existing.TryOpen(saved.Entry, out FileStatus now, out int errno);
            compared = new ComparedFile(saved) { File = file, Status = now, Errno = errno };
        }
        catch (UnixException e)
        {
            compared = new ComparedFile(saved);
            compared.Fail(e);
            return compared;
        }

        if (compared.File is null || isUntouched?.Invoke(saved, compared.Status) == true)
        {
            return compared;
        }

        try
        {
            Read(compared, cancel);
        }
        catch (BackshiftException e)
        {
            compared.Fail(e);
        }

        return compared;
    }

    private void Read(ComparedFile compared, CancellationToken cancel)
    {
        long size = compared.Saved.Entry.Size ?? compared.Status.Size;
        if (compared.Status.Size != size)
        {
            compared.Differs = true;
            return;
        }

        long at = 0;
        PieceComparison? piece = null;
        foreach (ContentPart part in reader.Parts(compared.Saved))
        {
            cancel.ThrowIfCancellationRequested();
            if (compared.Differs)
            {
                return;
            }

            piece ??= new PieceComparison(compared, reader.Directory.Config.Naming, at);
            piece.Add(part);
            at += part.Size;
            if (piece.Count == PieceComparison.PartLimit)
            {
                Submit(piece);
                piece = null;
            }
        }

        if (at != size)
        {
            compared.Differs = true;
        }
        else if (piece is not null)
        {
            Submit(piece);
        }
    }

    private void Submit(PieceComparison piece)
    {
        workers.Submit(piece);
        pieces.Enqueue(piece);
        while (pieces.Count > PiecesAhead)
        {
            WaitForOldest();
        }
    }

    private ComparedFile Finish()
    {
        ComparedFile file = ahead.Dequeue();

        // Pieces are in the order of their files.
        while (pieces.TryPeek(out PieceComparison? piece) && piece.Of == file)
        {
            WaitForOldest();
        }

        return file;
    }

    private void WaitForOldest()
    {
        PieceComparison piece = pieces.Dequeue();
        try
        {
            piece.Wait();
        }
        catch (UnixException e)
        {
            piece.Of.Fail(e);
        }
    }
}
