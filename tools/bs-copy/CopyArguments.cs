using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Copying;
using Backshift.Tooling;

namespace Backshift.Tools.Copy;

/// <summary>The options and operands of bs-copy.</summary>
internal sealed class CopyArguments
{
    private readonly Option<bool> dryRun = new("--dry-run", "-n") { Description = "change nothing, and list the savesets that would be copied" };
    private readonly Option<bool> newer = new("--newer")
    {
        Description = "copy only savesets that are later than all of the same host and subset in the other repository",
    };

    private readonly Option<bool> json = new("--json") { Description = "write the counts as a JSON object" };
    private readonly Option<int> jobs = CountArgument.Option(
        "--jobs", "-j", "number of threads that compress (default: one per processor)", Environment.ProcessorCount, least: 1, most: 64);

    private readonly Option<ProgressMode> progress = ProgressArgument.Option(ProgressMode.Auto);

    private readonly Argument<BytePath> from = PathArgument.Operand("from", "path of the repository that has the savesets");
    private readonly Argument<BytePath> to = PathArgument.Operand("to", "path of the repository that they are copied into");
    private readonly Argument<string[]> names = new("saveset")
    {
        Description = "name of a saveset: host@time, @latest or @latest~2; - for names on standard input (default: all that are missing)",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private CopyArguments()
    {
    }

    internal static CopyArguments AddTo(RootCommand root)
    {
        CopyArguments arguments = new();
        foreach (Option option in (Option[])[arguments.dryRun, arguments.jobs, arguments.json, arguments.newer, arguments.progress])
        {
            root.Options.Add(option);
        }

        root.Arguments.Add(arguments.from);
        root.Arguments.Add(arguments.to);
        root.Arguments.Add(arguments.names);
        return arguments;
    }

    internal BytePath From(ParseResult options) => options.GetValue(from);

    internal BytePath To(ParseResult options) => options.GetValue(to);

    internal ProgressMode Progress(ParseResult options) => options.GetValue(progress);

    internal int Jobs(ParseResult options) => options.GetValue(jobs);

    internal bool IsJson(ParseResult options) => options.GetValue(json);

    /// <exception cref="BackshiftException">Options do not go together.</exception>
    internal CopyOptions Read(ParseResult options)
    {
        CopyOptions asked = new() { Names = options.GetValue(names) ?? [], Newer = options.GetValue(newer), DryRun = options.GetValue(dryRun) };
        return asked is { Newer: true, Names.Count: > 0 } ? throw new BackshiftException(ExitCode.Usage, "--newer and names do not go together") : asked;
    }
}
