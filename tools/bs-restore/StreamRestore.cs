using System.Buffers;
using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Reading;
using Backshift.Repository.Trees;
using Backshift.Tooling;

namespace Backshift.Tools.Restore;

/// <summary>Restores a stream; see bs-restore(1).</summary>
internal sealed class StreamRestore : IDisposable
{
    private readonly RecordReader records;
    private readonly Func<RepositoryReader?> repository;
    private readonly PathSelection selection;
    private readonly RestoreReport report;
    private readonly Progress? progress;
    private readonly EntryRestorer restorer;
    private EntryRecord? entry;
    private FileRestore? file;
    private long problems;

    /// <param name="input">The stream.</param>
    /// <param name="repository">Opens the repository that references are read from; null if none was named.</param>
    /// <param name="selection">What of the stream.</param>
    /// <param name="target">Where to, and how.</param>
    /// <param name="progress">Shows what is done, or null.</param>
    internal StreamRestore(Stream input, Func<RepositoryReader?> repository, PathSelection selection, RestoreTarget target, Progress? progress)
    {
        records = new RecordReader(input);
        this.repository = repository;
        this.selection = selection;
        this.progress = progress;
        report = target.Report;
        restorer = new EntryRestorer(target.Top, target.Options, report, target.Lines, target.Clock, static _ => null);
    }

    /// <exception cref="BackshiftException">The stream is damaged, or refers to something that is not there.</exception>
    /// <exception cref="StreamCutException">The stream has no end. What came before it stopped is restored, but for the last entry.</exception>
    internal async Task<ExitCode> RunAsync(CancellationToken cancel)
    {
        Exception? cut = null;
        try
        {
            while (await records.ReadAsync(cancel))
            {
                cancel.ThrowIfCancellationRequested();
                Take();
            }
        }
        catch (Exception e) when (e is BackshiftException or StreamCutException)
        {
            cut = e;
        }

        restorer.Finish(null, cancel);
        if (problems > 0)
        {
            report.Problem($"the stream reports {problems} {(problems == 1 ? "problem" : "problems")}");
        }

        if (cut is not null)
        {
            report.Finish();
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(cut);
        }

        foreach (BytePath path in selection.Missing)
        {
            report.Problem($"{path}: is not in the stream", ExitCode.NoInput);
        }

        report.Finish();
        return report.Status;
    }

    public void Dispose()
    {
        file?.Dispose();
        restorer.Dispose();
    }

    private void Take()
    {
        switch (records.Kind)
        {
            case RecordKind.Begin:
                BeginRecord begin = BeginRecord.ReadFrom(records.Encoded);
                begin.CheckRequired();
                progress?.Expect(begin.Estimate);
                break;
            case RecordKind.Entry:
                EndEntry();
                Start(EntryRecord.ReadFrom(records.Encoded));
                break;
            case RecordKind.End:
                EndEntry();
                break;
            case RecordKind.Problem:
                problems++;
                break;
            case RecordKind.Data when file is not null:
                Add(DataRecord.ReadFrom(records.Encoded));
                break;
            case RecordKind.Hole when file is not null:
                AddHole(HoleRecord.ReadFrom(records.Encoded));
                break;
            case RecordKind.Chunk when file is not null:
                ChunkRecord chunk = ChunkRecord.ReadFrom(records.Encoded);
                if (chunk.IsReference)
                {
                    AddStored(new ContentPart(chunk.Digest, chunk.Size));
                }
                else
                {
                    Add(chunk.Bytes);
                }

                break;
            case RecordKind.List when file is not null:
                AddList(ListRecord.ReadFrom(records.Encoded));
                break;
            case RecordKind.Fork when ForkRecord.ReadFrom(records.Encoded) is { Offset: 0 } fork && selection.Contains(fork.Path.Span):
                report.Problem($"{fork.Path}: its fork {fork.Name} cannot be restored");
                break;
        }
    }

    private void Start(EntryRecord next)
    {
        if (!selection.Takes(next.Path.Span))
        {
            return;
        }

        entry = next;
        progress?.AddEntry(next.Path, next.Type == EntryType.File ? next.Size : null);
        switch (next.Type)
        {
            case EntryType.File:
                StartFile(next);
                break;
            case EntryType.Directory:
                restorer.RestoreDirectory(next);
                break;
            case EntryType.Link when !selection.Contains(next.Target):
                restorer.LeaveOut(next, $"is a link to {Escaping.Display(next.Target)}, which is not restored; left out");
                break;
            case EntryType.Link:
                restorer.RestoreLink(next);
                break;
            case EntryType.Unknown:
                restorer.LeaveOut(next, $"has the type \"{Escaping.Display(next.TypeName)}\", which is not known here; left out");
                break;
            default:
                restorer.RestoreNode(next);
                break;
        }
    }

    private void StartFile(EntryRecord next)
    {
        if (next.NeedsReading && next.Size != 0)
        {
            throw new BackshiftException(ExitCode.DataError, $"{next.Path}: its content is not in the stream",
                "bs-chunk reads it: bs-walk . | bs-chunk | bs-restore - -C /mnt");
        }

        if (next.Size is null)
        {
            restorer.LeaveOut(next, "the stream does not give its size; left out");
            return;
        }

        Do(() => file = restorer.TryStartFile(next));
    }

    private void EndEntry()
    {
        if (file is { } whole)
        {
            Do(() => restorer.FinishFile(whole, entry!));
            whole.Dispose();
            file = null;
        }
    }

    private void Add(ReadOnlySequence<byte> bytes)
    {
        foreach (ReadOnlyMemory<byte> piece in bytes)
        {
            Do(() => file?.AddBytes(piece.Span));
        }

        progress?.AddBytes(bytes.Length);
    }

    private void AddHole(long size)
    {
        // A hole may be as long as it likes; only what does not go beyond the size is of use.
        if (size > entry!.Size - file!.Length)
        {
            Do(() => throw new BackshiftException(ExitCode.DataError, "its content is longer than its size"));
            return;
        }

        Do(() => file?.AddHole(size));
        progress?.AddBytes(size);
    }

    private void AddList(ListRecord list)
    {
        Do(() =>
        {
            foreach (ContentPart part in Repository().Parts(list))
            {
                AddStored(part);
            }
        });
    }

    private void AddStored(ContentPart part)
    {
        if (part.Digest is { } digest)
        {
            RepositoryReader reader = Repository();
            Do(() => file?.AddChunk(digest, part.Size, reader.Directory.Config.Naming, () => reader.ReadPart(digest, part.Size)));
            progress?.AddBytes(part.Size);
        }
        else
        {
            AddHole(part.Size);
        }
    }

    private RepositoryReader Repository() => repository() ?? throw new BackshiftException(
        ExitCode.Usage, $"{entry!.Path}: its content is not in the stream, but in a repository", $"give it with -r, or set {RepositoryArgument.Variable}");

    /// <summary>Does something for the file. If that fails, the file is left out, and the stream goes on.</summary>
    private void Do(Action work)
    {
        try
        {
            work();
        }
        catch (UnixException e)
        {
            restorer.FailFile(entry!, e);
            Abandon();
        }
        catch (BackshiftException e) when (e.Code == ExitCode.DataError)
        {
            restorer.LeaveOut(entry!, $"{e.Message}; left out");
            Abandon();
        }
    }

    private void Abandon()
    {
        file?.Dispose();
        file = null;
    }
}
