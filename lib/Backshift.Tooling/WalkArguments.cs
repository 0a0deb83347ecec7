using System.CommandLine;

namespace Backshift.Tooling;

/// <summary>Which part of a tree to save: options of bs-walk, which bs-save takes too.</summary>
public sealed class WalkArguments
{
    private readonly Option<bool> oneFileSystem = new("--one-file-system", "-x") { Description = "stay on the file system of each root" };
    private readonly Option<bool> caches = new("--exclude-caches", "--cachedir-tag")
    {
        Description = "leave out the contents of cache directories (CACHEDIR.TAG)",
    };

    private readonly Option<bool> noDump = new("--nodump") { Description = "leave out files with the no-dump attribute (chattr +d)" };
    private readonly Option<bool> noAttributes = new("--no-xattrs") { Description = "do not read extended attributes and access control lists" };
    private readonly Option<bool> count = new("--count") { Description = "walk the roots once beforehand, so that the progress shows how much is left" };
    private readonly Option<int> stalled = StalledArgument.Option();

    private WalkArguments(RootCommand root)
    {
        root.Options.Add(oneFileSystem);
        Patterns = PatternArguments.AddTo(root);
        root.Options.Add(caches);
        root.Options.Add(noDump);
        root.Options.Add(noAttributes);
        root.Options.Add(count);
        root.Options.Add(stalled);
    }

    public PatternArguments Patterns { get; }

    /// <summary>The option --stalled, which bs-chunk takes too.</summary>
    public Option Stalled => stalled;

    public static WalkArguments AddTo(RootCommand root) => new(root);

    public bool OneFileSystem(ParseResult options) => options.GetValue(oneFileSystem);

    public bool ExcludeCaches(ParseResult options) => options.GetValue(caches);

    public bool NoDump(ParseResult options) => options.GetValue(noDump);

    public bool NoAttributes(ParseResult options) => options.GetValue(noAttributes);

    public bool Count(ParseResult options) => options.GetValue(count);

    /// <summary>After how many seconds a read that hangs is reported; 0 for never.</summary>
    public int StalledSeconds(ParseResult options) => options.GetValue(stalled);

    /// <summary>The words that hand these options on to bs-walk, without --stalled and the patterns.</summary>
    public IEnumerable<string> Words(ParseResult options) => PassedOptions.Words(options, oneFileSystem, caches, noDump, noAttributes, count);
}
