using System.CommandLine;

namespace Backshift.Tooling;

/// <summary>When a file counts as unchanged: options of bs-since, which bs-save takes too.</summary>
public sealed class SinceArguments
{
    private readonly Option<bool> ignoreCtime = new("--ignore-ctime") { Description = "accept a file as unchanged even if its ctime differs" };
    private readonly Option<bool> ignoreInode = InodeArgument.Option();
    private readonly Option<bool> reread = new("--reread") { Description = "read every file, unchanged or not" };

    private SinceArguments(RootCommand root)
    {
        root.Options.Add(ignoreCtime);
        root.Options.Add(ignoreInode);
        root.Options.Add(reread);
    }

    public static SinceArguments AddTo(RootCommand root) => new(root);

    /// <summary>The option --ignore-inode, which bs-chunk takes too.</summary>
    public Option IgnoreInodeOption => ignoreInode;

    public bool IgnoreCtime(ParseResult options) => options.GetValue(ignoreCtime);

    public bool IgnoreInode(ParseResult options) => options.GetValue(ignoreInode);

    public bool Reread(ParseResult options) => options.GetValue(reread);

    /// <summary>The words that hand these options on to bs-since.</summary>
    public IEnumerable<string> Words(ParseResult options) => PassedOptions.Words(options, ignoreCtime, ignoreInode, reread);
}
