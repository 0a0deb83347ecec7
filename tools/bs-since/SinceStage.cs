using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;
using Backshift.Tooling;

namespace Backshift.Tools.Since;

/// <summary>
/// Gives files that are what they were in an earlier saveset references to its chunks, so that they are not opened. Everything else passes through unchanged.
/// </summary>
internal sealed partial class SinceStage
{
    private readonly PassThrough pass;
    private readonly RecordReader input;
    private readonly RecordWriter output;
    private readonly RepositoryReader? repository;
    private readonly SinceOptions options;
    private readonly Action<string> warn;
    private readonly List<BaseSaveset> bases = [];
    private long files;
    private long unchanged;
    private long unchangedBytes;
    private long lost;

    /// <param name="pass">The stream to read, and where it goes on.</param>
    /// <param name="repository">Where the bases are, or null where nothing has been saved yet; not closed with the stage.</param>
    /// <param name="options">The options.</param>
    /// <param name="warn">Says a line to the user.</param>
    internal SinceStage(PassThrough pass, RepositoryReader? repository, SinceOptions options, Action<string> warn)
    {
        this.pass = pass;
        input = pass.Input;
        output = pass.Output;
        this.repository = repository;
        this.options = options;
        this.warn = warn;
    }

    /// <summary>Passes the whole stream on.</summary>
    /// <exception cref="StreamCutException">It stops; all that was whole has been passed on, and no end record.</exception>
    /// <exception cref="BackshiftException">It is damaged.</exception>
    internal async Task RunAsync(CancellationToken cancel)
    {
        await pass.RunAsync(Annotate, TakeAsync, DrainAsync, cancel);
        if (options.Verbose && bases.Count > 0)
        {
            string gone = lost > 0 ? $", {SizeText.Count(lost)} unchanged but read again because some of their chunks are missing" : "";
            warn($"{SizeText.Count(files)} files, {SizeText.Count(unchanged)} of them unchanged, {SizeText.Bytes(unchangedBytes)}{gone}");
        }
    }

    private ValueTask TakeAsync(CancellationToken cancel)
    {
        if (IsOutOfOrder())
        {
            return WaitAsync(waiting!, cancel);
        }

        switch (input.Kind)
        {
            case RecordKind.Entry when bases.Count > 0 && IsToBeRead(input.Encoded, out ReadOnlySpan<byte> path, out FileStamp now):
                return WriteAsync(input.Encoded, Find(path, now), cancel);
            default:
                output.WriteEncoded(input.Encoded);
                return ValueTask.CompletedTask;
        }
    }

    private void Annotate(BeginRecord begin)
    {
        if (!options.Reread && repository is not null)
        {
            string host = options.Host ?? begin.Host ?? Machine.HostName();
            string? subset = options.Subset ?? begin.Subset;
            foreach (Saveset saveset in BaseChoice.Of(repository.Savesets(host, subset), host, subset, repository.Clock, warn))
            {
                bases.Add(new BaseSaveset(repository, saveset, warn));
                begin.Require(BeginRecord.ListsRequired);
                begin.Bases = [.. begin.Bases, saveset.Name];
                if (options.Verbose)
                {
                    warn($"base {saveset.Name}, {SizeText.Count(saveset.Entries)} entries{(saveset.Complete ? "" : ", incomplete")}");
                }
            }
        }

        if (options.Verbose && bases.Count == 0)
        {
            warn("no base: every file is read");
        }
    }

    /// <summary>Whether the entry is a file that would have to be read, its path, and the attributes that tell its version.</summary>
    private static bool IsToBeRead(ReadOnlySequence<byte> encoded, out ReadOnlySpan<byte> path, out FileStamp now)
    {
        if (TryGlance(encoded, out EntryGlance glance))
        {
            path = glance.Path;
            now = FileStamp.Of(glance);
            return glance.IsFile && !glance.HasContent;
        }

        EntryRecord entry = EntryRecord.ReadFrom(encoded);
        path = entry.Path.Span;
        now = FileStamp.Of(entry);
        return entry.NeedsReading;
    }

    /// <summary>Writes a record, with the content of an earlier entry if there is one.</summary>
    private ValueTask WriteAsync(ReadOnlySequence<byte> encoded, Finding found, CancellationToken cancel)
    {
        if (found.Unchanged is not { } then)
        {
            WriteChanged(encoded, found.Earlier);
            return ValueTask.CompletedTask;
        }

        if (TryGlance(encoded, out EntryGlance glance) && glance.Flags == FileStamp.Of(glance).FlagsSince(then.Entry))
        {
            output.WriteWithContent(encoded.FirstSpan, glance);
        }
        else
        {
            EntryRecord entry = EntryRecord.ReadFrom(encoded);
            entry.HasContent = true;
            entry.Source = null;
            entry.Flags = FileStamp.Of(entry).FlagsSince(then.Entry);
            output.Write(entry);
        }

        return WriteContentAsync(then, cancel);
    }

    /// <summary>Writes a file that has to be read, with the chunks that it had.</summary>
    private void WriteChanged(ReadOnlySequence<byte> encoded, IReadOnlyList<EarlierChunk>? earlier)
    {
        if (earlier is null)
        {
            output.WriteEncoded(encoded);
        }
        else if (!TryGlance(encoded, out EntryGlance glance) || glance.HasEarlier)
        {
            EntryRecord entry = EntryRecord.ReadFrom(encoded);
            entry.Earlier = earlier;
            output.Write(entry);
        }
        else
        {
            output.WriteWithEarlier(encoded.FirstSpan, glance, earlier);
        }
    }

    /// <summary>Takes a glance, unless the entry says that no content follows: our own writers leave that key out.</summary>
    private static bool TryGlance(ReadOnlySequence<byte> encoded, out EntryGlance glance)
    {
        glance = default;
        return encoded.IsSingleSegment && EntryGlance.TryRead(encoded.FirstSpan, out glance) && glance is { ContentStart: 0 } or { HasContent: true };
    }

    /// <summary>Looks a file up. The first base that knows the path decides.</summary>
    private Finding Find(ReadOnlySpan<byte> path, FileStamp now)
    {
        files++;
        foreach (BaseSaveset earlier in bases)
        {
            if (earlier.Find(path) is not { } then)
            {
                continue;
            }

            if (!options.Rule.Holds(now, then, earlier.Started))
            {
                return new Finding(null, earlier.ChunksOf(then));
            }

            // From here on the file is not opened, so the content that the base promises must be in the repository.
            if (!earlier.HasContentOf(then))
            {
                lost++;
                return default;
            }

            unchanged++;
            unchangedBytes += Math.Min(now.Size ?? 0, long.MaxValue - unchangedBytes);
            return new Finding(then, null);
        }

        return default;
    }

    private async ValueTask WriteContentAsync(StoredEntry then, CancellationToken cancel)
    {
        if (then.List is { } list && then.Entry.Size is > 0 and { } size)
        {
            // However long the file is, one record says that all of it is what it was.
            output.Write(new ListRecord(list.Id, list.Level, size));
            return;
        }

        foreach (ContentPart part in repository!.Parts(then))
        {
            if (part.Digest is { } digest)
            {
                output.WriteChunk(digest, (int)part.Size, []);
            }
            else
            {
                output.WriteHole(part.Size);
            }

            await output.FlushIfFullAsync(cancel);
        }
    }
}
