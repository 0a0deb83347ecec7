using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.Find;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("find files in all savesets, with their versions");
        FindArguments arguments = FindArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        Option<bool> hide = HideAccessArgument.AddTo(root);
        return Tool.RunAsync("bs-find", root, args, (options, tool, cancel) =>
        {
            HideAccessArgument.Apply(hide, options, tool.Keys);
            FindOptions find = arguments.Read(options, Descriptors.IsTerminal(1));
            bool damaged = false;
            using RepositoryReader reader = RepositoryReader.Open(repository.Get(options), Damaged, keys: tool.Keys);
            List<Saveset> savesets = reader.Savesets(find.Filter);
            ExitCode code = new FindRun(reader, find, tool, Damaged).Run(savesets, cancel);
            return Task.FromResult(damaged ? ExitCode.DataError : code);

            void Damaged(BackshiftException trouble)
            {
                damaged = true;
                tool.Warn(trouble);
            }
        });
    }
}
