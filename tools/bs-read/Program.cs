using System.CommandLine;
using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Reading;
using Backshift.Tooling;

namespace Backshift.Tools.Read;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Argument<string> saveset = new("saveset") { Description = "HOST@TIME, @latest or @latest~N" };
        Argument<BytePath[]> paths = PathArgument.Operands("path", "files and directories; without one, everything");
        Option<bool> references = new("--references") { Description = "name chunks without their bytes, for stages that use the same repository" };
        RootCommand root = new("write a saveset, or parts of it, as a stream of records") { saveset, paths, references };
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        return Tool.RunAsync("bs-read", root, args, async (options, tool, cancel) =>
        {
            bool named = options.GetValue(references);
            using RepositoryReader reader = RepositoryReader.Open(
                repository.Get(options), trouble => tool.Warn(trouble.Message, trouble.Hint), named ? 0 : ReadAhead.Workers);
            PathSelection selection = new(options.GetValue(paths) ?? []);
            return await new SavesetStream(reader, reader.Find(options.GetValue(saveset)!), selection, named, tool.OpenOutput(), message => tool.Warn(message)).RunAsync(cancel);
        });
    }
}
