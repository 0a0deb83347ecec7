using System.CommandLine;
using Backshift.Objects;
using Backshift.Paths;
using Backshift.Posix;
using Backshift.Repository;
using Backshift.Repository.Reading;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.Read;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Argument<string> saveset = SavesetArgument.Operand();
        Argument<BytePath[]> paths = PathArgument.Operands("path", "files and directories to write (default: everything)");
        Option<bool> references = new("--references") { Description = "write chunks without their bytes, for programs that use the same repository" };
        RootCommand root = new("write a saveset, or parts of it, as a stream of records") { saveset, paths, references };
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        Option<bool> hide = HideAccessArgument.AddTo(root);
        return Tool.RunAsync("bs-read", root, args, async (options, tool, cancel) =>
        {
            HideAccessArgument.Apply(hide, options, tool.Keys);
            bool named = options.GetValue(references);
            using RepositoryReader reader = RepositoryReader.Open(
                repository.Get(options), tool.Warn, named ? 0 : ReadAhead.Workers, tool.Keys, FirstReads.Trees);
            PathSelection selection = new(options.GetValue(paths) ?? []);
            Saveset found = reader.FindWithData(options.GetValue(saveset)!);
            return await new SavesetStream(reader, found, selection, named, tool.OpenOutput(), message => tool.Warn(message)).RunAsync(cancel);
        });
    }
}
