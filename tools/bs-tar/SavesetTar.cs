using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Links;
using Backshift.Repository.Reading;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;
using Backshift.Tar;
using Backshift.Tooling;

namespace Backshift.Tools.Tar;

/// <summary>Makes an archive of a saveset; see bs-tar(1).</summary>
internal sealed class SavesetTar
{
    private readonly RepositoryReader reader;
    private readonly Saveset saveset;
    private readonly MemberChoice choice;
    private readonly TarOptions options;
    private readonly OutputBuffer output;
    private readonly TarArchive archive;

    /// <param name="reader">The repository; with workers, blocks are read ahead.</param>
    /// <param name="saveset">The saveset.</param>
    /// <param name="choice">What of it.</param>
    /// <param name="options">How.</param>
    /// <param name="output">Where the archive goes.</param>
    /// <param name="warn">Says a line on standard error.</param>
    internal SavesetTar(RepositoryReader reader, Saveset saveset, MemberChoice choice, TarOptions options, OutputBuffer output, Action<string> warn)
    {
        this.reader = reader;
        this.saveset = saveset;
        this.choice = choice;
        this.options = options;
        this.output = output;
        archive = new TarArchive(output, options.Format, warn, choice.Renaming, options.Libarchive);
    }

    /// <exception cref="BackshiftException">Something is missing or damaged. What was written until then has no end: it is not to be taken for an
    /// archive.</exception>
    internal ExitCode Run(CancellationToken cancel)
    {
        try
        {
            using ReadAhead ahead = new(reader, Entries());
            while (ahead.TryNextEntry(out StoredEntry? entry))
            {
                cancel.ThrowIfCancellationRequested();
                Write(entry, ahead, cancel);
            }
        }
        catch (Exception e) when (e is BackshiftException or StoreGoneException)
        {
            output.Flush();
            throw;
        }

        foreach (BytePath path in choice.Selection.Missing)
        {
            archive.Report($"{path}: is not in {saveset.Name}", ExitCode.NoInput);
        }

        archive.Finish();
        return archive.Status;
    }

    private IEnumerable<StoredEntry> Entries()
    {
        using LinkNames links = new(reader.Cursor(saveset), saveset.Entries, choice.Contains,
            () => SelectedEntries.Read(reader, saveset, choice.Selection)) { LeavesSocketsOut = true };
        PlaceRule places = new();
        foreach (StoredEntry entry in SelectedEntries.Read(reader, saveset, choice.Selection))
        {
            if (!places.Admits(entry.Path.Span, entry.Entry.Type))
            {
                // Extracting it would follow the link.
                archive.Report($"{entry.Path}: lies below {Escaping.Display(places.Last)}, which is not a directory; left out");
                continue;
            }

            if (entry.Entry.Type == EntryType.Socket)
            {
                archive.LeaveSocketOut(entry.Path);
                continue;
            }

            if (!choice.Keeps(entry.Path, entry.Entry.Type == EntryType.Directory, out string? refusal))
            {
                if (refusal is not null)
                {
                    archive.Report($"{entry.Path}: {refusal}");
                }

                continue;
            }

            if (links.Resolve(entry) is { } resolved)
            {
                if (resolved.Entry.Type == EntryType.Socket)
                {
                    archive.LeaveSocketOut(entry.Path);
                    continue;
                }

                yield return resolved;
            }
            else
            {
                archive.Report($"{entry.Path}: is a link to {Escaping.Display(entry.Entry.Target)}, which is not in {saveset.Name}; left out");
            }
        }
    }

    private void Write(StoredEntry stored, ReadAhead ahead, CancellationToken cancel)
    {
        EntryRecord entry = stored.Entry;
        if (options.Verbose && stored.Problem is { } problem)
        {
            archive.Note($"{entry.Path}: was saved with a problem: {Escaping.DisplayText(problem)}");
        }

        bool isFile = entry.Type == EntryType.File;
        if (isFile && options.Damage == DamageChoice.Skip && FindDamage(stored, cancel) is { } damage)
        {
            archive.LeaveOut(entry, $"{damage.Message}; left out", ExitCode.DataError);
            return;
        }

        SparseFile? sparse = isFile && options.Format == TarFormat.Pax && reader.AnyPart(stored, static part => part.Digest is null, cancel)
            ? SparseFile.TryMake(reader.Parts(stored), cancel) : null;
        if (!archive.TryStart(entry, isFile ? entry.Size ?? 0 : 0, sparse))
        {
            return;
        }

        long run = 0;
        while (ahead.TryNextPart(out ContentPart part))
        {
            cancel.ThrowIfCancellationRequested();
            if (part.Digest is not null)
            {
                WriteChunk(ahead, part.Size);
                run += part.Size;
                continue;
            }

            long zeros = sparse is null ? part.Size : SparseFile.ZerosAfter(run, part.Size);
            archive.WriteZeros(zeros);
            run = zeros == part.Size ? run + zeros : 0;
        }

        archive.EndEntry();
    }

    private void WriteChunk(ReadAhead ahead, long size)
    {
        try
        {
            archive.Write(ahead.ReadPart().Span);
        }
        catch (BackshiftException e) when (options.Damage != DamageChoice.Fail)
        {
            archive.Report($"{e.Message}; replaced by zeros", ExitCode.DataError);
            archive.WriteZeros(size);
        }
    }

    /// <summary>Reads a file before anything of it is written. A small one's blocks are still there when it is written.</summary>
    private BackshiftException? FindDamage(StoredEntry stored, CancellationToken cancel)
    {
        BackshiftException? damage = null;
        _ = reader.AnyPart(stored, IsDamaged, cancel);
        return damage;

        bool IsDamaged(ContentPart part)
        {
            try
            {
                _ = part.Digest is { } digest ? reader.ReadPart(digest, part.Size) : default;
                return false;
            }
            catch (BackshiftException e)
            {
                damage = e;
                return true;
            }
        }
    }
}
