using System.CommandLine;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.Check;

/// <summary>The options of bs-check.</summary>
internal sealed class CheckArguments
{
    private readonly Option<bool> readData = new("--read-data") { Description = "read every block and verify every chunk against its digest" };
    private readonly Option<double?> sample = PercentArgument.Option(
        "--sample", "read this share of the data, another part each day (default: none)", defaultValue: null, takesNone: false);

    private readonly Option<bool> markDamaged = new("--mark-damaged")
    {
        Description = "condemn damaged packs, so that later saves store again the chunks that they need from them; needs --read-data or --sample",
    };

    private readonly Option<bool> repair = new("--repair")
    {
        Description = "read all data, copy what is sound out of damaged packs, condemn these, and mark savesets that lost something",
    };

    private readonly Option<bool> record = new("--record") { Description = "have the repository remember the check, for bs-report and bs-stat" };
    private readonly Option<bool> json = new("--json") { Description = "write each finding, and the counts at the end, as a line of JSON" };
    private readonly Option<int> jobs = CountArgument.Option(
        "--jobs", "-j", "number of threads that read and decompress (default: one per processor)", Environment.ProcessorCount, least: 1, most: 64);

    private CheckArguments()
    {
    }

    internal static CheckArguments AddTo(RootCommand root)
    {
        CheckArguments arguments = new();
        foreach (Option option in (Option[])
                 [arguments.readData, arguments.sample, arguments.markDamaged, arguments.repair, arguments.record, arguments.json, arguments.jobs])
        {
            root.Options.Add(option);
        }

        return arguments;
    }

    /// <exception cref="BackshiftException">Options cannot be combined.</exception>
    internal CheckOptions Read(ParseResult options)
    {
        CheckOptions asked = new()
        {
            ReadData = options.GetValue(readData) || options.GetValue(repair),
            Repair = options.GetValue(repair),
            Sample = options.GetValue(sample) / 100,
            MarkDamaged = options.GetValue(markDamaged),
            Json = options.GetValue(json),
            Record = options.GetValue(record),
            Jobs = options.GetValue(jobs),
        };
        return asked switch
        {
            { Repair: true, Sample: not null } => throw new BackshiftException(ExitCode.Usage, "--sample cannot be combined with --repair"),
            { ReadData: true, Sample: not null } => throw new BackshiftException(ExitCode.Usage, "--sample cannot be combined with --read-data"),
            { MarkDamaged: true, ReadData: false, Sample: null } =>
                throw new BackshiftException(ExitCode.Usage, "--mark-damaged needs --read-data or --sample"),
            _ => asked,
        };
    }
}
