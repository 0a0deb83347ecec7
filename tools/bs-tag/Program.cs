using System.CommandLine;
using Backshift.Repository;
using Backshift.Tooling;

namespace Backshift.Tools.Tag;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("set tags, notes and holds of savesets, or show them");
        TagArguments arguments = TagArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        return Tool.RunAsync("bs-tag", root, args, (options, tool, cancel) =>
        {
            TagOptions tag = arguments.Read(options);
            tool.Keys.CollectsOnly = true;
            using RepositoryReader reader = RepositoryReader.Open(repository.Get(options), tool.Warn, keys: tool.Keys);
            if (!tag.Change.IsEmpty && !tag.DryRun)
            {
                reader.Directory.PrepareForWriting();
            }

            return Task.FromResult(new TagRun(reader, tag, tool).Run(cancel));
        });
    }
}
