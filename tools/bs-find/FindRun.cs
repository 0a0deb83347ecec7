using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Savesets;
using Backshift.Repository.Searching;
using Backshift.Tooling;

namespace Backshift.Tools.Find;

/// <summary>Searches savesets and writes what was found; see bs-find(1).</summary>
internal sealed class FindRun
{
    private readonly RepositoryReader reader;
    private readonly FindOptions options;
    private readonly Tool tool;
    private readonly Action<BackshiftException> damaged;

    internal FindRun(RepositoryReader reader, FindOptions options, Tool tool, Action<BackshiftException> damaged)
    {
        this.reader = reader;
        this.options = options;
        this.tool = tool;
        this.damaged = damaged;
    }

    internal ExitCode Run(List<Saveset> savesets, CancellationToken cancel)
    {
        using VersionSearch search = new(reader, options.Selection, IsWanted, damaged, ScratchSpace.Create);
        search.Search(savesets, cancel);
        long found = 0;
        using VersionLines lines = new(new OutputBuffer(tool.OpenText()), options);
        try
        {
            foreach (FoundVersion version in search.Versions())
            {
                cancel.ThrowIfCancellationRequested();
                lines.Write(version);
                found++;
            }
        }
        finally
        {
            lines.Finish();
        }

        ExitCode code = ExitCode.Done;
        string searched = $"{SizeText.Count(savesets.Count)} saveset{(savesets.Count == 1 ? "" : "s")}";
        foreach (BytePath path in options.Selection.Missing)
        {
            tool.Warn($"{path}: is in none of {searched}");
            code = ExitCode.NoInput;
        }

        if (found == 0 && code == ExitCode.Done)
        {
            tool.Warn($"no match in {searched}");
            code = ExitCode.NoInput;
        }

        return code;
    }

    private bool IsWanted(EntryRecord entry) => options.Patterns.IsEmpty || options.Patterns.Match(entry.Path.Span, entry.Type == EntryType.Directory);
}
