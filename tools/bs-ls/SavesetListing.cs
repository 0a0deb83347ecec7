using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Reading;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;
using Backshift.Tooling;

namespace Backshift.Tools.List;

/// <summary>Lists a saveset; see bs-ls(1).</summary>
internal sealed class SavesetListing
{
    private readonly RepositoryReader reader;
    private readonly Saveset saveset;
    private readonly OutputBuffer output;
    private readonly ListOptions options;
    private readonly Action<string> warn;

    internal SavesetListing(RepositoryReader reader, Saveset saveset, OutputBuffer output, ListOptions options, Action<string> warn)
    {
        this.reader = reader;
        this.saveset = saveset;
        this.output = output;
        this.options = options;
        this.warn = warn;
    }

    /// <summary>Lists the entries of a selection.</summary>
    /// <exception cref="BackshiftException">A node is missing or damaged. What comes before it has been listed.</exception>
    internal ExitCode Entries(PathSelection selection, CancellationToken cancel)
    {
        EntryLines lines = new(output, options);
        try
        {
            foreach (StoredEntry entry in SelectedEntries.Read(reader, saveset, selection))
            {
                cancel.ThrowIfCancellationRequested();
                lines.Write(entry.Entry, entry.Problem);
            }
        }
        finally
        {
            lines.Finish();
            output.Flush();
        }

        ExitCode code = ExitCode.Done;
        foreach (BytePath path in selection.Missing)
        {
            warn($"{path}: is not in {saveset.Name}");
            code = ExitCode.NoInput;
        }

        return code;
    }

    /// <summary>Lists what was skipped, or was not stored as it was.</summary>
    /// <exception cref="BackshiftException">It cannot be read.</exception>
    internal ExitCode Problems(CancellationToken cancel)
    {
        ProblemLines lines = new(output, options);
        try
        {
            foreach (ProblemRecord problem in SavesetProblems.Read(reader.Nodes, saveset))
            {
                cancel.ThrowIfCancellationRequested();
                lines.Write(problem);
            }
        }
        finally
        {
            output.Flush();
        }

        return ExitCode.Done;
    }
}
