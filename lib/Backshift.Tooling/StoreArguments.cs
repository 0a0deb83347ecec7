using System.CommandLine;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>How a stream is stored: options of bs-store, which bs-save takes too.</summary>
public sealed class StoreArguments
{
    private const int PublishSeconds = 300;

    private readonly Option<bool> init = new("--init") { Description = "create the repository if it does not exist" };
    private readonly Option<bool> plain = new("--plain") { Description = "do not encrypt the repository that --init creates" };
    private readonly Option<bool> noDelta = new("--no-delta") { Description = "store no chunk as a delta against an earlier saveset" };
    private readonly Option<int> jobs = CountArgument.Option(
        "--jobs", "-j", "number of threads that hash and compress (default: one per processor)", Environment.ProcessorCount, least: 1, most: 64);
    private readonly Option<int> publishEvery = CountArgument.Option(
        "--publish-every", null, $"seconds between checkpoints; 0 for none (default: {PublishSeconds})", PublishSeconds);
    private readonly Option<ProgressMode> progress = ProgressArgument.Option(ProgressMode.Auto);
    private readonly Option<bool> verify = new("--verify") { Description = "read back and decompress what was written before it is published" };
    private readonly Option<bool> list = new("--list") { Description = "report for every entry how it was stored" };

    private StoreArguments(RootCommand root)
    {
        publishEvery.HelpName = "seconds";
        root.Options.Add(init);
        root.Options.Add(plain);
        root.Options.Add(noDelta);
        root.Options.Add(jobs);
        root.Options.Add(publishEvery);
        root.Options.Add(progress);
        root.Options.Add(list);
        root.Options.Add(verify);
    }

    public static StoreArguments AddTo(RootCommand root) => new(root);

    /// <summary>Whether to create a missing repository.</summary>
    public bool Init(ParseResult options) => options.GetValue(init);

    /// <summary>Whether the repository that is created is not to be encrypted.</summary>
    /// <exception cref="BackshiftException">None is created.</exception>
    public bool IsPlain(ParseResult options) => options.GetValue(plain)
        && (Init(options) ? true : throw new BackshiftException(ExitCode.Usage, "--plain: is for --init only"));

    public bool NoDelta(ParseResult options) => options.GetValue(noDelta);

    public int Jobs(ParseResult options) => options.GetValue(jobs);

    /// <summary>The time between two checkpoints; zero for none.</summary>
    public TimeSpan PublishEvery(ParseResult options) => TimeSpan.FromSeconds(options.GetValue(publishEvery));

    public ProgressMode Progress(ParseResult options) => options.GetValue(progress);

    /// <summary>Whether what was written is verified before it is published.</summary>
    public bool Verify(ParseResult options) => options.GetValue(verify);

    public bool List(ParseResult options) => options.GetValue(list);

    /// <summary>The words that hand these options on to bs-store, without those for a new repository.</summary>
    public IEnumerable<string> Words(ParseResult options) => PassedOptions.Words(options, noDelta, list, verify, jobs, publishEvery, progress);
}
