using System.Buffers;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Saving;

/// <summary>Makes a saveset of the entries.</summary>
public sealed class SavesetSink : IEntrySink, IDisposable
{
    private readonly RepositoryDirectory repository;
    private readonly SavesetOptions options;
    private readonly ChunkStore chunks;
    private readonly SavesetWriter writer;
    private readonly Action<string> warn;
    private readonly TimeProvider clock;
    private readonly HashSet<string> unknownKinds = [];
    private Saveset? saveset;
    private RootCounts roots = new([]);
    private List<Saveset> complete = [];

    /// <param name="repository">Where; not closed with the sink.</param>
    /// <param name="chunks">Keeps nodes; not closed with the sink.</param>
    /// <param name="options">What the command line says.</param>
    /// <param name="warn">Prints a line for the user.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="checkReferences">Whether chunks are looked for only when the stream is at its end, because another program is still storing them.</param>
    public SavesetSink(RepositoryDirectory repository, ChunkStore chunks, SavesetOptions options, Action<string> warn, TimeProvider clock,
        bool checkReferences = false)
    {
        this.repository = repository;
        this.chunks = chunks;
        this.options = options;
        this.warn = warn;
        this.clock = clock;
        writer = new SavesetWriter(repository, chunks)
        {
            Warn = warn,
            Stage = options.Stage,
            Stored = entry => roots.Count(entry),
            CheckReferences = checkReferences ? (path, what) =>
            {
                ProblemRecord problem = MissingContent.Problem(path, options.Stage, what);
                warn(problem.ToString());
                return problem;
            } : null,
        };
    }

    /// <summary>Number of problems so far.</summary>
    public long Problems => writer.Problems;

    /// <summary>The newest complete saveset of the same host and subset, or the newest; null if there is none.</summary>
    public Saveset? Earlier { get; private set; }

    public void Begin(BeginRecord begin)
    {
        string host = options.Host ?? begin.Host ?? Machine.HostName();
        string? subset = options.Subset ?? begin.Subset;
        SavesetName.CheckHost(host, options.Host is null && begin.Host is not null ? ExitCode.DataError : ExitCode.Usage);
        if (subset is not null)
        {
            SavesetName.CheckSubset(subset, options.Subset is null ? ExitCode.DataError : ExitCode.Usage);
        }

        UnixTime started = options.Time ?? begin.Started ?? UnixTime.Now(clock);
        if (!started.IsCalendar)
        {
            throw new BackshiftException(ExitCode.DataError, $"the stream says that it began at {started}", "give another time with --time");
        }

        chunks.Host = host;
        if (begin.Save.Length > 0)
        {
            writer.Save = begin.Save;
        }

        saveset = new Saveset
        {
            Host = host,
            Subset = subset,
            Started = started,
            Cutter = begin.Cutter,
            Bases = begin.Bases,
            Program = options.Program,
            Save = writer.Save,
            Tags = options.Tags,
        };
        List<Saveset> superseded = [];
        List<BytePath> unreadable = [];

        // bs-since chooses among the same savesets, and has reported what is wrong with them.
        Action<string> say = begin.Stages.Contains("bs-since") ? static _ => { } : warn;
        List<Saveset> own = SavesetCatalog.ListOf(repository, host, subset, problem => warn(problem.Message), superseded, unreadable);
        if (!SavesetWriter.HasFreeName(saveset, [.. own.Select(static earlier => earlier.Place), .. unreadable]))
        {
            // Better now than after all the work.
            throw SavesetWriter.NameTaken(saveset);
        }

        List<Saveset> bases = BaseChoice.Of(own, host, subset, clock, say);
        saveset =
            saveset with { Previous = own.FindLast(static earlier => earlier.Checkpoint == 0) is { } last ? new PreviousSaveset(last.Name, last.Sum) : null };

        // Only a writer that was killed between the two steps leaves them.
        superseded.ForEach(old => Housekeeping.Do($"checkpoint {old.Name} cannot be deleted", problem => warn(problem.Message), () => old.Delete(repository)));

        roots = new RootCounts(begin.Roots);
        complete = [.. bases.Where(static saveset => saveset.Complete)];

        // A complete one knows every file; the newest may be a fragment.
        Earlier = bases.Find(saveset => saveset.Complete) ?? bases.FirstOrDefault();
        if (options.Deltas && Earlier is not null)
        {
            writer.UseBase(Earlier);
        }
    }

    public bool StartEntry(EntryRecord entry)
    {
        bool taken = writer.StartEntry(entry);
        if (entry.Type != EntryType.Unknown)
        {
            return taken;
        }

        // It has been started so that the entry before it is finished, and gets none of its problems.
        writer.DropEntry();
        ProblemRecord problem =
            new(entry.Path, options.Stage, 0, $"has the type \"{Escaping.Display(entry.TypeName)}\", which is not known here; it is left out");
        warn(problem.ToString());
        writer.AddProblem(problem);
        return false;
    }

    public bool StoreChunk(Digest digest, ReadOnlySpan<byte> bytes) => writer.StoreChunk(digest, bytes);

    public void AddChunk(Digest digest, int size) => writer.AddChunk(digest, size);

    public void AddList(in ListRecord list) => writer.AddList(list);

    public void AddHole(long size) => writer.AddHole(size);

    public void AddFork(in ForkRecord piece, ReadOnlySequence<byte> encoded)
    {
        // There is no place for them in an entry tree yet. One problem a stream, at its first piece.
        if (piece.Offset == 0)
        {
            ProblemRecord problem =
                new(piece.Path, options.Stage, 0, $"its fork {piece.Name} of {piece.Size} bytes is not stored", Marks: piece.Path == writer.CurrentPath);
            warn(problem.ToString());
            writer.AddProblem(problem);
        }
    }

    public void AddProblem(ProblemRecord problem) => writer.AddProblem(problem);

    public void DropEntry() => writer.DropEntry();

    public void AddOther(ReadOnlySequence<byte> encoded)
    {
        // A saveset has no place for records of unknown kinds; that is reported, once for each kind.
        string kind = RecordText.KindOf(encoded);
        if (unknownKinds.Count < 100 && unknownKinds.Add(kind))
        {
            warn($"records of the unknown kind {kind} are not stored");
        }
    }

    /// <summary>Publishes the saveset of a stream that came to its end.</summary>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public Saveset PublishComplete()
    {
        writer.FinishEntry();
        return writer.Publish(saveset! with { Complete = true, Roots = roots.Roots }, clock);
    }

    /// <summary>
    /// Warns of each root that is missing, or far smaller than in the last saveset. To be called at the end of the stream, before anything of it is recorded.
    /// </summary>
    /// <param name="guard">Whether that is an error.</param>
    /// <exception cref="BackshiftException">There is such a root, and <paramref name="guard"/> is set: nothing is recorded.</exception>
    public void CompareRoots(bool guard)
    {
        writer.FinishEntry();
        IReadOnlyList<string> lines = RootComparison.Describe(roots.Roots, complete);
        foreach (string line in lines)
        {
            warn(line);
        }

        if (guard && lines.Count > 0)
        {
            Tidy();
            throw new BackshiftException(ExitCode.NoInput, "no saveset is recorded, because roots are missing or have shrunk",
                "mount the file system if it is not mounted, or omit --guard if this is intended");
        }
    }

    /// <summary>Publishes what was read of a stream that is cut off. The entry that was under way is left out, since its content may not be
    /// whole.</summary>
    /// <param name="reason">What ended it.</param>
    /// <returns>The saveset, or null if nothing came.</returns>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public Saveset? PublishIncomplete(string reason)
    {
        writer.DropEntry();
        return saveset is null || writer.Entries == 0 ? null : writer.Publish(saveset with { Complete = false, Reason = reason }, clock);
    }

    /// <summary>Publishes what came so far, as a saveset that a later one replaces.</summary>
    /// <returns>It, or null if no entry is whole yet; what came of its content is durable all the same.</returns>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public Saveset? PublishCheckpoint() =>
        saveset is null ? null : writer.PublishCheckpoint(saveset with { Complete = false, Reason = "it was recorded during this save" }, clock);

    /// <summary>Removes the checkpoints that the published saveset replaces, and copies that are not needed any longer. Trouble is a warning.</summary>
    public void Tidy()
    {
        writer.DeleteCheckpoint();
        Housekeeping.Do("copies that are not needed any longer cannot be deleted", problem => warn(problem.Message),
            () => CopyTrimming.Trim(repository, problem => warn(problem.Message)));
    }

    public void Dispose() => writer.Dispose();
}
