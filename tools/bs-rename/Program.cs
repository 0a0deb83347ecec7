using System.CommandLine;
using Backshift.Repository;
using Backshift.Tooling;

namespace Backshift.Tools.Rename;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Argument<string> from = new("old") { Description = "host, or host/subset, whose savesets to rename" };
        Argument<string> to = new("new") { Description = "host, or host/subset, that they become" };
        Option<bool> join = new("--join") { Description = "rename although there are savesets of the new name" };
        Option<bool> dryRun = new("--dry-run", "-n") { Description = "change nothing, and list what would be renamed" };
        Option<bool> json = new("--json") { Description = "write one JSON object per saveset" };
        RootCommand root = new("give the savesets of a host or subset another name") { from, to, join, dryRun, json };
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        return Tool.RunAsync("bs-rename", root, args, (options, tool, cancel) =>
        {
            RenameOptions rename = new(OwnerName.Parse(options.GetValue(from)!), OwnerName.Parse(options.GetValue(to)!),
                options.GetValue(join), options.GetValue(dryRun), options.GetValue(json));
            rename.Check();
            using RepositoryReader reader = RepositoryReader.Open(repository.Get(options), tool.Warn, keys: tool.Keys);
            if (!rename.DryRun)
            {
                reader.Directory.PrepareForRelying();
            }

            return Task.FromResult(new RenameRun(reader, rename, tool).Run(cancel));
        });
    }
}
