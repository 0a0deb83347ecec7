using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Trees;
using Backshift.Repository.Workers;

namespace Backshift.Tools.Restore;

/// <summary>Compares files with saved ones, in order and ahead of the caller: its thread finds directories, and workers open, read and hash files.</summary>
internal sealed class ComparisonAhead : IDisposable
{
    // Each may be an open file.
    private const int FilesAhead = 128;
    private const int JobsAhead = 16;

    private readonly RepositoryReader reader;
    private readonly ExistingFiles existing;
    private readonly WorkerPool workers = new(Math.Min(Environment.ProcessorCount, 8));
    private readonly Queue<ComparedFile> ahead = new();
    private readonly Queue<PartComparison> jobs = new();
    private readonly Func<StoredEntry, FileStatus, bool>? isUntouched;
    private readonly Func<long>? changes;
    private PartComparison next;

    /// <param name="reader">Reads lists of chunks; not closed.</param>
    /// <param name="existing">Opens files; not closed.</param>
    /// <param name="isUntouched">Whether a file need not be read, since its inode proves that it has the content; null to read all. Called by any
    /// thread.</param>
    /// <param name="changes">How much was changed so far by the caller, who does that between two entries; null if nothing is.</param>
    internal ComparisonAhead(
        RepositoryReader reader, ExistingFiles existing, Func<StoredEntry, FileStatus, bool>? isUntouched, Func<long>? changes = null)
    {
        this.changes = changes;
        this.isUntouched = isUntouched;
        this.reader = reader;
        this.existing = existing;
        next = new PartComparison(reader.Directory.Config.Naming, 1, isUntouched);
    }

    /// <summary>Compares entries; those that are no files pass through.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>The caller disposes of each.</returns>
    internal IEnumerable<ComparedFile> Compare(IEnumerable<StoredEntry> entries, CancellationToken cancel)
    {
        foreach (StoredEntry entry in entries)
        {
            cancel.ThrowIfCancellationRequested();
            ahead.Enqueue(entry.Entry.Type == EntryType.File ? Start(entry, cancel) : new ComparedFile(entry));
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
            // Its jobs need not read on.
            file.Differs = true;
        }

        workers.Dispose();
        while (ahead.TryDequeue(out ComparedFile? file))
        {
            file.Dispose();
        }
    }

    private ComparedFile Start(StoredEntry saved, CancellationToken cancel)
    {
        long before = changes?.Invoke() ?? 0;
        ComparedFile compared = saved.List is null && StartLater(saved, before) is { } later ? later : StartNow(saved, cancel);
        compared.Changes = before;
        return compared;
    }

    /// <summary>Leaves all that takes a system call to a worker.</summary>
    /// <returns>Null if the parts of the file are damaged, or its directory cannot be opened once more.</returns>
    private ComparedFile? StartLater(StoredEntry saved, long before)
    {
        long size = 0;
        foreach (ContentPart part in saved.Parts)
        {
            size += part.Size;
        }

        // Holes that touch, a sum that is not the size: to be reported by the code that reads.
        if (saved.Entry.Size != size || saved.Parts.Any(static part => part.Digest is null)
            || existing.TryShareParent(saved.Entry, before, out bool mayOpen) is not { } parent)
        {
            return null;
        }

        ComparedFile compared = new(saved, parent, mayOpen);
        next.Add(compared, default, PartComparison.Opening);
        long at = 0;
        foreach (ContentPart part in saved.Parts)
        {
            next.Add(compared, part, at);
            at += part.Size;
        }

        if (next.IsFull)
        {
            Submit();
        }

        return compared;
    }

    private ComparedFile StartNow(StoredEntry saved, CancellationToken cancel)
    {
        ComparedFile compared;
        try
        {
            UnixFile? file = existing.TryOpen(saved.Entry, out FileStatus now, out int errno);
            compared = new ComparedFile(saved) { File = file, Status = now, Errno = errno };
        }
        catch (UnixException e)
        {
            return new ComparedFile(saved) { Trouble = e };
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
            compared.Trouble = e;
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
        foreach (ContentPart part in reader.Parts(compared.Saved))
        {
            cancel.ThrowIfCancellationRequested();
            if (compared.Differs)
            {
                return;
            }

            next.Add(compared, part, at);
            at += part.Size;
            if (next.IsFull)
            {
                Submit();
            }
        }

        if (at != size)
        {
            compared.Differs = true;
        }
    }

    private void Submit()
    {
        workers.Submit(next);
        jobs.Enqueue(next);
        next = new PartComparison(reader.Directory.Config.Naming, next.Number + 1, isUntouched);
        while (jobs.Count > JobsAhead)
        {
            jobs.Dequeue().Wait();
        }
    }

    private ComparedFile Finish()
    {
        ComparedFile file = ahead.Dequeue();
        if (file.LastJob == next.Number)
        {
            Submit();
        }

        // All of its jobs, which need not end in the order in which they began: after that it may be closed.
        while (jobs.TryPeek(out PartComparison? job) && job.Number <= file.LastJob)
        {
            jobs.Dequeue().Wait();
        }

        return file;
    }
}
