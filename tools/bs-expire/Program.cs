using System.CommandLine;
using Backshift.Repository;
using Backshift.Repository.Configuration;
using Backshift.Tooling;

namespace Backshift.Tools.Expire;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("expire savesets by rules or by name, or bring them back");
        ExpireArguments arguments = ExpireArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        return Tool.RunAsync("bs-expire", root, args, (options, tool, cancel) =>
        {
            ExpireOptions expire = arguments.Read(options, tool.Clock);
            tool.Keys.CollectsOnly = true;
            using RepositoryReader reader = RepositoryReader.Open(repository.Get(options), tool.Warn, keys: tool.Keys);
            RepositoryDirectory directory = reader.Directory;
            if (!expire.DryRun && expire.Undo)
            {
                directory.PrepareForRelying();
            }
            else if (!expire.DryRun)
            {
                directory.PrepareForWriting();
            }

            ExpireRun run = new(reader, expire, tool);
            return Task.FromResult(expire.Undo ? run.Undo(cancel) : expire.Names.Count > 0 ? run.ByName(cancel) : run.ByRules(cancel));
        });
    }
}
