using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Reading;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;
using Backshift.Tooling;

namespace Backshift.Tools.Restore;

/// <summary>Restores a saveset; see bs-restore(1).</summary>
internal sealed class SavesetRestore : IDisposable
{
    private readonly RepositoryReader reader;
    private readonly Saveset saveset;
    private readonly PathSelection selection;
    private readonly RestoreOptions options;
    private readonly RestoreReport report;
    private readonly RestoreTarget target;
    private readonly Progress? progress;
    private readonly EntryRestorer restorer;
    private readonly ExistingFiles existing;
    private readonly SavesetEntries entries;
    private IEnumerator<StoredEntry>? compared;

    // Whether the content of the entry that was enumerated last is to be read.
    private bool isWanted;

    // Verdicts on the files that were read ahead, in the order in which they will be restored.
    private readonly Queue<Verdict> verdicts = new();
    private readonly KeptNames? kept;

    /// <param name="reader">The repository; with workers, blocks are read ahead. Not closed.</param>
    /// <param name="saveset">The saveset.</param>
    /// <param name="selection">What of it.</param>
    /// <param name="target">Where to, and how.</param>
    /// <param name="progress">Shows what is done, or null.</param>
    /// <exception cref="BackshiftException">Nothing may be deleted by this saveset, although that was asked for.</exception>
    internal SavesetRestore(RepositoryReader reader, Saveset saveset, PathSelection selection, RestoreTarget target, Progress? progress)
    {
        this.reader = reader;
        this.saveset = saveset;
        this.selection = selection;
        this.target = target;
        this.progress = progress;
        options = target.Options;
        report = target.Report;
        kept = options.Delete ? KeptNames.Of(reader, saveset) : null;
        TreeCursor? parents = reader.Cursor(saveset);
        restorer = new EntryRestorer(target.Top, options, report, target.Lines, target.Clock, path => FindDirectory(parents, path));
        existing = new ExistingFiles(target.Top, restorer.NoteClean);
        entries = new SavesetEntries(reader, saveset, selection, report);
    }

    /// <exception cref="BackshiftException">The tree of the saveset is damaged; what comes before the damage is restored.</exception>
    /// <exception cref="UnixException">Writing is hopeless.</exception>
    internal ExitCode Run(CancellationToken cancel)
    {
        while (!RestoreEntries(cancel))
        {
        }

        bool deletes = kept is not null && entries.Damage is null;
        if (!options.DryRun)
        {
            restorer.Finish(deletes ? IsKept : null, cancel);
        }

        if (entries.Damage is { } damage)
        {
            report.Finish();
            throw damage;
        }

        foreach (BytePath path in selection.Missing)
        {
            report.Problem($"{path}: is not in {saveset.Name}", ExitCode.NoInput);
        }

        if (options.Verify)
        {
            Verify(cancel);
        }

        report.Finish();
        return report.Status;
    }

    public void Dispose()
    {
        compared?.Dispose();
        entries.Dispose();
        existing.Dispose();
        restorer.Dispose();
    }

    /// <summary>Whether something is not to be deleted: in a directory that was not asked for, nothing is.</summary>
    private bool IsKept(BytePath path) => !selection.Contains(path.Parent.Span) || kept!.Contains(path);

    /// <returns>False if the list of a file's chunks is damaged: the entries after it are still to come.</returns>
    private bool RestoreEntries(CancellationToken cancel)
    {
        using ReadAhead ahead = new(reader, Rest(cancel), wants: _ => isWanted);
        Func<ReadOnlyMemory<byte>> read = ahead.ReadPart;
        while (true)
        {
            StoredEntry? entry;
            try
            {
                if (!ahead.TryNextEntry(out entry))
                {
                    return true;
                }
            }
            catch (BackshiftException)
            {
                // It was reported with the file.
                return false;
            }

            cancel.ThrowIfCancellationRequested();
            progress?.AddEntry(entry.Path, entry.Entry.Type == EntryType.File ? entry.Entry.Size : null);
            Restore(entry, ahead, read, cancel);
        }
    }

    private void Restore(StoredEntry stored, ReadAhead ahead, Func<ReadOnlyMemory<byte>> read, CancellationToken cancel)
    {
        EntryRecord entry = stored.Entry;
        if (options.Verbose && stored.Problem is { } problem)
        {
            report.Note($"{entry.Path}: was saved with a problem: {Escaping.DisplayText(problem)}");
        }

        switch (entry.Type)
        {
            case EntryType.File:
                RestoreFile(stored, verdicts.Dequeue(), ahead, read, cancel);
                break;
            case EntryType.Directory:
                restorer.RestoreDirectory(entry);
                if (options.DryRun && kept is not null)
                {
                    restorer.ShowOthers(entry, IsKept, cancel);
                }

                break;
            case EntryType.Link:
                restorer.RestoreLink(entry);
                break;
            case EntryType.Unknown:
                restorer.LeaveOut(entry, $"has the type \"{Escaping.Display(entry.TypeName)}\", which is not known here; left out");
                break;
            default:
                restorer.RestoreNode(entry);
                break;
        }
    }

    private void RestoreFile(StoredEntry stored, Verdict verdict, ReadAhead ahead, Func<ReadOnlyMemory<byte>> read, CancellationToken cancel)
    {
        EntryRecord entry = stored.Entry;
        if (options.DryRun)
        {
            restorer.ShowFile(entry, verdict.Likeness);
        }
        else if (verdict.Likeness != Likeness.Different)
        {
            restorer.UpdateFile(entry, verdict);
        }

        if (options.DryRun || verdict.Likeness != Likeness.Different)
        {
            progress?.AddBytes(entry.Size ?? 0);
            return;
        }

        try
        {
            using FileRestore? file = restorer.TryStartFile(entry);
            if (file is not null)
            {
                WriteContent(file, ahead, read, cancel);
                restorer.FinishFile(file, entry);
            }
        }
        catch (UnixException e)
        {
            restorer.FailFile(entry, e);
        }
        catch (BackshiftException e) when (e.Code == ExitCode.DataError)
        {
            restorer.LeaveOut(entry, $"{Unnamed(e.Message, entry)}; left out");
        }
    }

    private void WriteContent(FileRestore file, ReadAhead ahead, Func<ReadOnlyMemory<byte>> read, CancellationToken cancel)
    {
        while (ahead.TryNextPart(out ContentPart part))
        {
            cancel.ThrowIfCancellationRequested();
            if (part.Digest is { } digest)
            {
                long before = file.Fetched;
                file.AddChunk(digest, part.Size, reader.Directory.Config.Naming, read);
                progress?.AddStored(file.Fetched - before);
            }
            else
            {
                file.AddHole(part.Size);
            }

            progress?.AddBytes(part.Size);
        }
    }

    /// <summary>Messages of <see cref="ReadAhead"/> begin with the path, and so do those of the report.</summary>
    private static string Unnamed(string message, EntryRecord entry) =>
        message.StartsWith($"{entry.Path}: ", StringComparison.Ordinal) ? message[(entry.Path.ToString().Length + 2)..] : message;

    /// <summary>The entries that are still to come. More than once, since files are compared further ahead than they are read.</summary>
    private IEnumerable<StoredEntry> Rest(CancellationToken cancel)
    {
        compared ??= Compared(cancel).GetEnumerator();
        while (compared.MoveNext())
        {
            yield return compared.Current;
        }
    }

    /// <summary>All entries; <see cref="isWanted"/> says of each whether it is read.</summary>
    private IEnumerable<StoredEntry> Compared(CancellationToken cancel)
    {
        if (!options.Compares)
        {
            foreach (StoredEntry entry in entries.Rest())
            {
                if (entry.Entry.Type == EntryType.File)
                {
                    verdicts.Enqueue(default);
                }

                isWanted = true;
                yield return entry;
            }

            yield break;
        }

        using ComparisonAhead comparison = new(reader, existing, IsUntouched, () => restorer.Changes);
        foreach (ComparedFile compared in comparison.Compare(entries.Rest(), cancel))
        {
            using ComparedFile file = compared;
            if (file.Saved.Entry.Type != EntryType.File)
            {
                isWanted = true;
                yield return file.Saved;
                continue;
            }

            Verdict verdict = Judge(file);
            verdicts.Enqueue(verdict);
            isWanted = !options.DryRun && verdict.Likeness == Likeness.Different;

            // Of thousands that wait to be judged, only those that are read need their parts.
            yield return isWanted ? file.Saved : new StoredEntry(file.Saved.Entry) { Problem = file.Saved.Problem };
        }
    }

    private bool IsUntouched(StoredEntry saved, FileStatus now) => ExistingFiles.IsUntouched(saved, now, saveset.Started);

    /// <summary>What cannot be read is restored; and what cannot be restored is reported then.</summary>
    private Verdict Judge(ComparedFile file)
    {
        try
        {
            if (!file.HasContent)
            {
                return default;
            }

            bool differs = restorer.AttributesDiffer(file.File!, file.Saved.Entry, file.Status);
            return differs && EntryRestorer.HasOtherNames(file.Status, file.Saved.Entry) ? default
                : new Verdict(differs ? Likeness.SameContent : Likeness.Same, file.Status, file.Changes);
        }
        catch (UnixException)
        {
            return default;
        }
    }

    private void Verify(CancellationToken cancel)
    {
        // What is left out was reported when it was.
        using SavesetEntries again = new(reader, saveset, selection, new RestoreReport(static _ => { }, verbose: true));
        using ComparisonAhead comparison = new(reader, existing, isUntouched: null);
        IEnumerable<StoredEntry> files = again.Rest().Where(static entry => entry.Entry.Type == EntryType.File);
        foreach (ComparedFile compared in comparison.Compare(files, cancel))
        {
            using ComparedFile file = compared;
            switch (file)
            {
                case { Trouble: UnixException e }:
                    report.Problem(e.Message);
                    break;
                case { Trouble: { } trouble }:
                    report.Problem($"{file.Saved.Path}: {trouble.Message}; not verified");
                    break;
                case { File: null }:
                    report.Problem(file.Saved.Path, file.Errno, "open");
                    break;
                case { HasContent: false }:
                    report.Problem($"{file.Saved.Path}: differs from what was saved");
                    break;
                default:
                    break;
            }
        }
    }

    private static EntryRecord? FindDirectory(TreeCursor? tree, BytePath path)
    {
        try
        {
            return tree?.Find(path)?.Entry;
        }
        catch (BackshiftException)
        {
            // Damage to the tree is reported where the entries are read.
            return null;
        }
    }
}
