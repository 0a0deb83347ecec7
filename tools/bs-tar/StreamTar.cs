using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Reading;
using Backshift.Repository.Trees;
using Backshift.Tooling;

namespace Backshift.Tools.Tar;

/// <summary>Makes an archive of a stream; see bs-tar(1).</summary>
internal sealed class StreamTar
{
    private readonly RecordReader records;
    private readonly Func<RepositoryReader?> repository;
    private readonly MemberChoice choice;
    private readonly OutputBuffer output;
    private readonly TarArchive archive;
    private readonly SymlinkPaths links = new();
    private EntryRecord? entry;
    private bool isOpen;

    /// <param name="input">The stream.</param>
    /// <param name="repository">Opens the repository that references are read from; null if none was named.</param>
    /// <param name="choice">What of the stream.</param>
    /// <param name="options">How.</param>
    /// <param name="output">Where the archive goes.</param>
    /// <param name="warn">Says a line on standard error.</param>
    internal StreamTar(Stream input, Func<RepositoryReader?> repository, MemberChoice choice, TarOptions options, OutputBuffer output, Action<string> warn)
    {
        records = new RecordReader(input);
        this.repository = repository;
        this.choice = choice;
        this.output = output;
        archive = new TarArchive(output, options.Format, warn, choice.Renaming, options.Libarchive);
    }

    /// <exception cref="BackshiftException">The stream is damaged, or wants something that is not there.</exception>
    /// <exception cref="StreamCutException">The stream has no end: nor has the archive.</exception>
    internal async Task<ExitCode> RunAsync(CancellationToken cancel)
    {
        long problems = 0;
        try
        {
            while (await records.ReadAsync(cancel))
            {
                cancel.ThrowIfCancellationRequested();
                problems += records.Kind == RecordKind.Problem ? 1 : 0;
                Take();
            }
        }
        catch (Exception e) when (e is BackshiftException or StreamCutException)
        {
            output.Flush();
            throw;
        }

        if (problems > 0)
        {
            archive.Report($"the stream reports {problems} {(problems == 1 ? "problem" : "problems")}");
        }

        foreach (BytePath path in choice.Selection.Missing)
        {
            archive.Report($"{path}: is not in the stream", ExitCode.NoInput);
        }

        archive.Finish();
        return archive.Status;
    }

    private void Take()
    {
        switch (records.Kind)
        {
            case RecordKind.Begin:
                BeginRecord.ReadFrom(records.Encoded).CheckRequired();
                break;
            case RecordKind.Entry:
                archive.EndEntry();
                entry = EntryRecord.ReadFrom(records.Encoded);
                isOpen = TryStart(entry);
                break;
            case RecordKind.End:
                archive.EndEntry();
                break;
            case RecordKind.Data when isOpen:
                archive.Write(DataRecord.ReadFrom(records.Encoded));
                break;
            case RecordKind.Hole when isOpen:
                archive.WriteZeros(HoleRecord.ReadFrom(records.Encoded));
                break;
            case RecordKind.Chunk when isOpen:
                ChunkRecord chunk = ChunkRecord.ReadFrom(records.Encoded);
                if (chunk.IsReference)
                {
                    WriteStored(new ContentPart(chunk.Digest, chunk.Size));
                }
                else
                {
                    archive.Write(chunk.Bytes);
                }

                break;
            case RecordKind.List when isOpen:
                WriteList(ListRecord.ReadFrom(records.Encoded));
                break;
            case RecordKind.Fork when isOpen && ForkRecord.ReadFrom(records.Encoded) is { Offset: 0 } fork:
                archive.Report($"{fork.Path}: an archive cannot hold its fork {fork.Name}");
                break;
        }
    }

    private bool TryStart(EntryRecord entry)
    {
        if (!choice.Selection.Takes(entry.Path.Span))
        {
            return false;
        }

        if (links.FindAbove(entry.Path.Span) is > 0 and int end)
        {
            archive.Report($"{entry.Path}: lies below {Escaping.Display(entry.Path.Span[..end])}, which is a symbolic link; left out");
            return false;
        }

        if (entry.Type == EntryType.Socket)
        {
            archive.LeaveSocketOut(entry.Path);
            return false;
        }

        if (!choice.Keeps(entry.Path, entry.Type == EntryType.Directory, out string? refusal))
        {
            if (refusal is not null)
            {
                archive.Report($"{entry.Path}: {refusal}");
            }

            return false;
        }

        if (entry.Type == EntryType.Link && !choice.Contains(new BytePath(entry.Target!)))
        {
            archive.Report($"{entry.Path}: is a link to {Escaping.Display(entry.Target)}, which is not to be in the archive; left out");
            return false;
        }

        if (entry.Type == EntryType.Link && links.FindAbove(entry.Target) is > 0 and int below)
        {
            archive.Report($"{entry.Path}: is a link to {Escaping.Display(entry.Target)}, which lies below "
                + $"{Escaping.Display(entry.Target.AsSpan(0, below))}, a symbolic link; left out");
            return false;
        }

        if (entry.NeedsReading && entry.Size != 0)
        {
            throw new BackshiftException(ExitCode.DataError, $"{entry.Path}: its content is not in the stream",
                "bs-chunk reads it: bs-walk . | bs-chunk | bs-tar -");
        }

        if (entry.Type == EntryType.File && entry.Size is null)
        {
            archive.LeaveOut(entry, "the stream does not give its size; left out");
            return false;
        }

        bool started = archive.TryStart(entry, entry.Type == EntryType.File ? entry.Size!.Value : 0);
        if (started && entry.Type == EntryType.SymbolicLink)
        {
            Remember(entry.Path);
        }

        return started;
    }

    private void Remember(BytePath path)
    {
        bool before = links.IsFull;
        links.Add(path.Span);
        if (links.IsFull && !before)
        {
            archive.Report($"there are more than {SymlinkPaths.Limit} symbolic links: entries below {path}, or below a later one, are not detected");
        }
    }

    private void WriteList(ListRecord list)
    {
        using IEnumerator<ContentPart> parts = Repository().Parts(list).GetEnumerator();
        while (Named(parts.MoveNext))
        {
            WriteStored(parts.Current);
        }
    }

    private void WriteStored(ContentPart part)
    {
        if (part.Digest is { } digest)
        {
            RepositoryReader reader = Repository();
            archive.Write(Named(() => reader.ReadPart(digest, part.Size)).Span);
        }
        else
        {
            archive.WriteZeros(part.Size);
        }
    }

    private RepositoryReader Repository() => repository() ?? throw new BackshiftException(
        ExitCode.Usage, $"{entry!.Path}: its content is not in the stream, but in a repository", $"give it with -r, or set {RepositoryArgument.Variable}");

    /// <summary>Does something for the entry, whose name is added to what goes wrong.</summary>
    private T Named<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (BackshiftException e)
        {
            throw new BackshiftException(e.Code, $"{entry!.Path}: {e.Message}", e.Hint, e);
        }
    }
}
