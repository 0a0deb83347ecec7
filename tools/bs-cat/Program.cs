using System.CommandLine;
using Backshift.Posix;
using Backshift.Repository;
using Backshift.Tooling;

namespace Backshift.Tools.Cat;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Argument<string> saveset = new("saveset") { Description = "HOST@TIME, @latest or @latest~N" };
        Argument<BytePath[]> paths = PathArgument.Operands("path", "files", required: true);
        RootCommand root = new("write contents of files of a saveset on standard output") { saveset, paths };
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        return Tool.RunAsync("bs-cat", root, args, (options, tool, cancel) =>
        {
            // No workers: most files are a few blocks, and this is to start at once.
            using RepositoryReader reader = RepositoryReader.Open(repository.Get(options), trouble => tool.Warn(trouble.Message, trouble.Hint));
            FileContents contents = new(reader, reader.Find(options.GetValue(saveset)!), new OutputBuffer(tool.OpenText()), message => tool.Warn(message));
            return Task.FromResult(contents.Run(options.GetValue(paths)!, cancel));
        });
    }
}
