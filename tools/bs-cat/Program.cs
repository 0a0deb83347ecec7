using System.CommandLine;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Repository;
using Backshift.Tooling;

namespace Backshift.Tools.Cat;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Argument<string> saveset = SavesetArgument.Operand();
        Argument<BytePath[]> paths = PathArgument.Operands("path", "files to write", required: true);
        RootCommand root = new("write the contents of files of a saveset to standard output") { saveset, paths };
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        Option<bool> hide = HideAccessArgument.AddTo(root);
        return Tool.RunAsync("bs-cat", root, args, (options, tool, cancel) =>
        {
            HideAccessArgument.Apply(hide, options, tool.Keys);
            // No workers: most files are a few blocks, and the first byte should come at once.
            using RepositoryReader reader = RepositoryReader.Open(repository.Get(options), tool.Warn, keys: tool.Keys, first: FirstReads.Trees);
            OutputBuffer output = new(tool.OpenText());
            FileContents contents = new(reader, reader.FindWithData(options.GetValue(saveset)!), output, message => tool.Warn(message));
            return Task.FromResult(contents.Run(options.GetValue(paths)!, cancel));
        });
    }
}
