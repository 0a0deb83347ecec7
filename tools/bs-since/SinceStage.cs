using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;
using Backshift.Tooling;

namespace Backshift.Tools.Since;

/// <summary>Gives files that are what they were in an earlier saveset references to its chunks, so that nobody opens them. All else passes through as it came.</summary>
internal sealed class SinceStage
{
    private readonly RecordReader input;
    private readonly RecordWriter output;
    private readonly RepositoryReader repository;
    private readonly SinceOptions options;
    private readonly Action<string> warn;
    private readonly List<BaseSaveset> bases = [];
    private long files;
    private long unchanged;
    private long unchangedBytes;
    private long lost;

    /// <param name="input">The stream to read.</param>
    /// <param name="output">Where it goes on.</param>
    /// <param name="repository">Where the bases are; not closed with the stage.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="warn">Says a line to the user.</param>
    internal SinceStage(RecordReader input, RecordWriter output, RepositoryReader repository, SinceOptions options, Action<string> warn)
    {
        this.input = input;
        this.output = output;
        this.repository = repository;
        this.options = options;
        this.warn = warn;
    }

    /// <summary>Passes the whole stream on.</summary>
    /// <exception cref="StreamCutException">It stops; all that was whole has been passed on, and no end record.</exception>
    /// <exception cref="BackshiftException">It is damaged.</exception>
    internal async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (await input.ReadAsync(cancel))
            {
                await TakeAsync(cancel);
                await output.FlushIfFullAsync(cancel);
            }
        }
        catch (StreamCutException)
        {
            await output.FlushAsync(cancel);
            throw;
        }

        await output.FlushAsync(cancel);
        if (options.Verbose && bases.Count > 0)
        {
            string gone = lost > 0 ? $", {SizeText.Count(lost)} unchanged but to be read again because chunks of theirs are gone" : "";
            warn($"{SizeText.Count(files)} files, {SizeText.Count(unchanged)} of them unchanged, {SizeText.Bytes(unchangedBytes)}{gone}");
        }
    }

    private ValueTask TakeAsync(CancellationToken cancel)
    {
        switch (input.Kind)
        {
            case RecordKind.Begin:
                output.Write(Annotate(BeginRecord.ReadFrom(input.Encoded)));
                return ValueTask.CompletedTask;
            case RecordKind.Entry when bases.Count > 0:
                return TakeEntryAsync(input.Encoded, cancel);
            default:
                output.WriteEncoded(input.Encoded);
                return ValueTask.CompletedTask;
        }
    }

    private BeginRecord Annotate(BeginRecord begin)
    {
        if (!options.Reread)
        {
            foreach (Saveset saveset in BaseChoice.Of(repository.Savesets(), options.Host ?? begin.Host ?? Machine.HostName(), options.Subset ?? begin.Subset))
            {
                bases.Add(new BaseSaveset(repository, saveset, warn));
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

        begin.Stages = [.. begin.Stages, Program.Name];
        return begin;
    }

    private ValueTask TakeEntryAsync(ReadOnlySequence<byte> encoded, CancellationToken cancel)
    {
        StoredEntry? then = encoded.IsSingleSegment && EntryGlance.TryRead(encoded.FirstSpan, out EntryGlance glance) && glance is { ContentStart: 0 } or { HasContent: true }
            ? Pass(encoded.FirstSpan, glance)
            : Pass(EntryRecord.ReadFrom(encoded));
        return then is null ? ValueTask.CompletedTask : WriteContentAsync(then, cancel);
    }

    /// <summary>Writes the entry; the one of a base whose content is to follow, if there is one.</summary>
    private StoredEntry? Pass(ReadOnlySpan<byte> encoded, in EntryGlance glance)
    {
        if (glance.IsFile && !glance.HasContent && Find(glance.Path, FileStamp.Of(glance)) is { } then)
        {
            output.WriteWithContent(encoded, glance);
            return then;
        }

        output.WriteEncoded(input.Encoded);
        return null;
    }

    /// <inheritdoc cref="Pass(ReadOnlySpan{byte}, in EntryGlance)"/>
    private StoredEntry? Pass(EntryRecord entry)
    {
        if (entry.NeedsReading && Find(entry.Path.Span, FileStamp.Of(entry)) is { } then)
        {
            entry.HasContent = true;
            entry.Source = null;
            output.Write(entry);
            return then;
        }

        output.WriteEncoded(input.Encoded);
        return null;
    }

    /// <summary>The entry of a base that has the content of this file, if there is one. The first base that knows the path decides.</summary>
    private StoredEntry? Find(ReadOnlySpan<byte> path, FileStamp now)
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
                return null;
            }

            // From here on nobody opens the file, so what the base promises has to be there.
            if (!earlier.HasContentOf(then))
            {
                lost++;
                return null;
            }

            unchanged++;
            unchangedBytes += now.Size ?? 0;
            return then;
        }

        return null;
    }

    private async ValueTask WriteContentAsync(StoredEntry then, CancellationToken cancel)
    {
        foreach (ContentPart part in repository.Parts(then))
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
