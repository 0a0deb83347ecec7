using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Links;
using Backshift.Repository.Reading;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Tools.Read;

/// <summary>Makes a stream of a saveset; see bs-read(1).</summary>
internal sealed class SavesetStream
{
    private const string Name = "bs-read";

    private readonly RepositoryReader reader;
    private readonly Saveset saveset;
    private readonly PathSelection selection;
    private readonly bool references;
    private readonly RecordWriter records;
    private readonly Action<string> warn;
    private readonly ProblemReporter problems;
    private long entries;
    private long bytes;
    private bool incomplete;

    /// <param name="reader">The repository; with workers, blocks are read ahead.</param>
    /// <param name="saveset">The saveset.</param>
    /// <param name="selection">What of it.</param>
    /// <param name="references">Whether chunks are named and not read.</param>
    /// <param name="output">Where records go; not closed.</param>
    /// <param name="warn">Says a line on standard error.</param>
    internal SavesetStream(RepositoryReader reader, Saveset saveset, PathSelection selection, bool references, Stream output, Action<string> warn)
    {
        this.reader = reader;
        this.saveset = saveset;
        this.selection = selection;
        this.references = references;
        this.warn = warn;
        records = new RecordWriter(output);
        problems = new ProblemReporter(Name, records.Write, warn);
    }

    /// <exception cref="BackshiftException">Something is missing or damaged; the stream stops there, without an end.</exception>
    internal async Task<ExitCode> RunAsync(CancellationToken cancel)
    {
        ExitCode code = ExitCode.Done;
        records.Write(new BeginRecord
        {
            Host = saveset.Host,
            Subset = saveset.Subset,
            Started = saveset.Started,
            Save = BeginRecord.NewSave(),
            Cutter = saveset.Cutter,
            Sorted = true,

            // Of a part of the saveset it would be said that its roots have shrunk.
            Roots = selection.Count == 0 ? [.. saveset.Roots.Select(static root => root.Path)] : [],
        });
        await WriteSkippedAsync(cancel);
        try
        {
            using ReadAhead ahead = new(reader, Entries());
            while (ahead.TryNextEntry(out StoredEntry? entry))
            {
                await WriteAsync(entry, ahead, cancel);
            }
        }
        catch (Exception e) when (e is BackshiftException or StoreGoneException)
        {
            await records.FlushAsync(cancel);
            throw;
        }

        foreach (BytePath path in selection.Missing)
        {
            warn($"{path}: is not in {saveset.Name}");
            code = ExitCode.NoInput;
        }

        if (saveset.Complete)
        {
            records.Write(new EndRecord(Name, entries, bytes, problems.Count));
        }
        else
        {
            // A copy must not pass for more than the original is.
            warn($"{saveset.Name}: is incomplete; the stream has no end");
            incomplete = true;
        }

        await records.FlushAsync(cancel);
        return code == ExitCode.Done && incomplete ? ExitCode.Incomplete : code;
    }

    /// <summary>Repeats the problems of the saveset. Problems that mark an entry follow their entries.</summary>
    private async ValueTask WriteSkippedAsync(CancellationToken cancel)
    {
        foreach (ProblemRecord problem in SavesetProblems.Read(reader.Nodes, saveset))
        {
            if (!problem.Marks && selection.Contains(PathSelection.Keep(problem.Path.Span).Span))
            {
                problems.Pass(problem);
                await records.FlushIfFullAsync(cancel);
            }
        }
    }

    private IEnumerable<StoredEntry> Entries()
    {
        using LinkNames links =
            new(reader.Cursor(saveset), saveset.Entries, path => selection.Contains(path.Span), () => SelectedEntries.Read(reader, saveset, selection));
        foreach (StoredEntry entry in SelectedEntries.Read(reader, saveset, selection))
        {
            if (links.Resolve(entry) is { } resolved)
            {
                yield return resolved;
                continue;
            }

            Report(entry.Path, $"is a link to {Escaping.Display(entry.Entry.Target)}, which is not in {saveset.Name}");
        }
    }

    private void Report(BytePath path, string text)
    {
        problems.Report(path, text);
        incomplete = true;
    }

    private async ValueTask WriteAsync(StoredEntry stored, ReadAhead ahead, CancellationToken cancel)
    {
        EntryRecord entry = stored.Entry;
        bool isFile = entry.Type == EntryType.File;
        // Whether an entry of unknown type must have content is unknown.
        entry.HasContent = isFile || stored.List is not null || stored.Parts.Count > 0;
        records.Write(entry);
        entries++;
        bytes += isFile ? Math.Min(entry.Size ?? 0, long.MaxValue - bytes) : 0;
        while (ahead.TryNextPart(out ContentPart part))
        {
            WritePart(entry, part, ahead);
            await records.FlushIfFullAsync(cancel);
        }

        if (stored.Problem is { } problem)
        {
            problems.Pass(new ProblemRecord(entry.Path, Name, 0, problem, Marks: true));
        }

        await records.FlushIfFullAsync(cancel);
    }

    private void WritePart(EntryRecord entry, ContentPart part, ReadAhead ahead)
    {
        if (part.Digest is not { } digest)
        {
            records.WriteHole(part.Size);
            return;
        }

        if (part.Size > StreamLimits.Content)
        {
            throw new BackshiftException(ExitCode.DataError, $"{entry.Path}: a chunk of {part.Size} bytes");
        }

        // A digest with a key means nothing elsewhere.
        Digest? shown = references || reader.Directory.Config.Naming.IsPlain ? digest : null;
        records.WriteChunk(shown, (int)part.Size, references ? default : ahead.ReadPart().Span);
    }
}
