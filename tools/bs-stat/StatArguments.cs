using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.Stat;

/// <summary>The operands and options of bs-stat.</summary>
internal sealed class StatArguments
{
    private readonly Argument<string[]> names = new("saveset")
    {
        Description = "savesets to show: host@time, or - for names on standard input (default: the hosts)",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> savesets = new("--savesets", "-s") { Description = "show savesets instead of hosts" };
    private readonly FilterArguments filter;
    private readonly Option<bool> json = new("--json") { Description = "write one JSON object per line" };
    private readonly Option<bool> prometheus = new("--prometheus") { Description = "write metrics for the textfile collector of node_exporter" };

    private StatArguments(RootCommand root)
    {
        root.Arguments.Add(names);
        root.Options.Add(savesets);
        filter = FilterArguments.AddTo(root, "show");
        root.Options.Add(json);
        root.Options.Add(prometheus);
    }

    internal static StatArguments AddTo(RootCommand root) => new(root);

    /// <exception cref="BackshiftException">Two options cannot be combined.</exception>
    internal StatOptions Read(ParseResult options)
    {
        FilterArguments.Given given = filter.Get(options);
        IReadOnlyList<string> operands = options.GetValue(names) ?? [];
        bool asMetrics = options.GetValue(prometheus);
        bool ofSavesets = options.GetValue(savesets) || !given.IsEmpty || operands.Count > 0;
        if (operands.Count > 0 && !given.IsEmpty)
        {
            throw new BackshiftException(ExitCode.Usage, "names cannot be combined with --host, --subset, --tag, --since, --until or --complete");
        }

        if (asMetrics && (ofSavesets || options.GetValue(json)))
        {
            // A metric a saveset would be a new series with every save.
            throw new BackshiftException(ExitCode.Usage, "--prometheus cannot be combined with --json, nor with savesets or options that choose some");
        }

        return new StatOptions
        {
            Filter = new SavesetFilter
            {
                Host = given.Host, Subset = given.Subset, Tag = given.Tag, Since = given.Since, Until = given.Until, Complete = given.Complete,
            },
            Names = operands,
            OfSavesets = ofSavesets,
            Form = asMetrics ? StatForm.Prometheus : options.GetValue(json) ? StatForm.Json : StatForm.Table,
            Terminal = Descriptors.IsTerminal(1),
        };
    }
}
