using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.Walk;

/// <summary>Makes a stream of entries from roots or from a list of paths; see bs-walk(1).</summary>
internal sealed class WalkStage
{
    private const string Name = "bs-walk";

    private readonly WalkOptions options;
    private readonly RecordWriter records;
    private readonly EntryOutput output;
    private readonly TimeProvider clock;
    private readonly Action<string> warn;
    private readonly Action<string, string?> hint;
    private readonly StallWatch? watch;

    /// <param name="options">The options.</param>
    /// <param name="stream">Where records go; not closed.</param>
    /// <param name="hint">Says a line on standard error, and another of what to do about it.</param>
    /// <param name="clock">Tells when the stage started.</param>
    /// <param name="watch">Watches the system calls, or null.</param>
    internal WalkStage(WalkOptions options, Stream stream, Action<string, string?> hint, TimeProvider clock, StallWatch? watch = null)
    {
        this.hint = hint;
        warn = line => hint(line, null);
        this.watch = watch;
        this.options = options;
        this.clock = clock;
        records = new RecordWriter(stream);
        output = new EntryOutput(records, Name, warn, options.Attributes ? new EntryAttributes() : null);
    }

    /// <summary>Walks the roots.</summary>
    /// <exception cref="BackshiftException">Two roots would be kept under one name.</exception>
    internal async Task<ExitCode> RunAsync(IReadOnlyList<BytePath> roots, CancellationToken cancel)
    {
        TreeWalk? current = null;
        WatchedCall? call = watch?.NewCall(() => current?.Place ?? roots[0]);
        call?.Begin();
        RootCheck.Look(roots, options.Guard, hint);
        call?.End();
        EstimateNote? estimate = options.Count ? await WalkEstimate.CountAsync(options, roots, call, cancel) : WalkEstimate.OfFileSystems(options, roots);
        using TreeWalk walk = new(options, output, roots);
        current = walk;
        Begin(estimate, Named([.. walk.Roots]), sorted: true);
        while (Step(walk, call))
        {
            cancel.ThrowIfCancellationRequested();
            await records.FlushIfFullAsync(cancel);
        }

        return await EndAsync(cancel);
    }

    /// <summary>Takes the paths of a list.</summary>
    /// <exception cref="BackshiftException">The list is not one.</exception>
    internal async Task<ExitCode> RunAsync(PathList list, CancellationToken cancel)
    {
        ListedPaths paths = new(options, output, list);
        WatchedCall? call = watch?.NewCall(() => paths.Place);
        Begin(null, [], sorted: false);
        do
        {
            while (Step(paths, call))
            {
                cancel.ThrowIfCancellationRequested();
                await records.FlushIfFullAsync(cancel);
            }

            // The writer of the list may take long over the rest: pass on what there is.
            await records.FlushAsync(cancel);
        }
        while (await list.ReadAsync(cancel));
        return await EndAsync(cancel);
    }

    /// <summary>Does the next thing of a walk, which may hang where the files lie on another machine.</summary>
    internal static bool Step(TreeWalk walk, WatchedCall? call)
    {
        call?.Begin();
        bool more = walk.Step();
        call?.End();
        return more;
    }

    private static bool Step(ListedPaths paths, WatchedCall? call)
    {
        call?.Begin();
        bool more = paths.Step();
        call?.End();
        return more;
    }

    /// <summary>The roots, if the record may hold them: all of them or none.</summary>
    private static BytePath[] Named(BytePath[] roots) =>
        roots.Length <= StreamLimits.Roots && roots.Sum(static root => (long)root.Length) <= StreamLimits.RootBytes ? roots : [];

    private void Begin(EstimateNote? estimate, IReadOnlyList<BytePath> roots, bool sorted) =>
        records.Write(new BeginRecord { Host = options.Host, Subset = options.Subset, Started = UnixTime.Now(clock), Save = BeginRecord.NewSave(),
            Stages = [Name], Sorted = sorted, Estimate = estimate, Roots = roots });

    private async Task<ExitCode> EndAsync(CancellationToken cancel)
    {
        records.Write(new EndRecord(Name, output.Entries, output.Bytes, output.Problems));
        await records.FlushAsync(cancel);
        if (options.Verbose)
        {
            warn($"{output.Entries} entries, {output.Bytes} bytes, {output.Problems} problems, {output.LeftOut} left out, {output.Sockets} sockets skipped");
        }

        return output.Problems == 0 ? ExitCode.Done : ExitCode.Incomplete;
    }
}
