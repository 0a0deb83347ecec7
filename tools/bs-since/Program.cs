using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Configuration;
using Backshift.Tooling;

namespace Backshift.Tools.Since;

internal static class Program
{
    private const string Name = "bs-since";

    internal static Task<int> RunAsync(string[] args)
    {
        Option<string?> host = new("--host") { Description = "whose savesets serve as bases; else those of the stream's host", HelpName = "name" };
        Option<string?> subset = new("--subset") { Description = "those of this part of the host; else of the stream's", HelpName = "name" };
        Option<bool> ignoreCtime = new("--ignore-ctime") { Description = "a file may be unchanged although its inode was changed" };
        Option<bool> ignoreInode = new("--ignore-inode") { Description = "a file may be unchanged although it has another inode" };
        Option<bool> reread = new("--reread") { Description = "pass everything on as it is, so that every file is read" };
        Option<bool> verbose = new("--verbose", "-v") { Description = "say which bases there are, and at the end how much was unchanged" };
        RootCommand root = new("give unchanged files references to the chunks of an earlier saveset, so that they are not read")
        {
            host, subset, ignoreCtime, ignoreInode, reread, verbose,
        };
        RepositoryArgument repository = RepositoryArgument.AddTo(root, asOperand: true);
        return Tool.RunAsync(Name, root, args, async (options, tool, cancel) =>
        {
            SinceOptions since = new()
            {
                Host = options.GetValue(host),
                Subset = options.GetValue(subset),
                Rule = new ChangeRule(options.GetValue(ignoreCtime), options.GetValue(ignoreInode)),
                Reread = options.GetValue(reread),
                Verbose = options.GetValue(verbose),
            };
            BytePath path = repository.Get(options);

            // In one that bs-store is about to make there is no base.
            bool vacant = !repository.IsNamed(options) && RepositoryDirectory.IsVacant(path);
            using RepositoryReader? reader = vacant ? null : RepositoryReader.Open(path, problem => tool.Warn(problem.Message, problem.Hint));

            // What is referred to must not be collected before bs-store, which checks it again, has recorded the saveset.
            reader?.Directory.Lock();
            await new SinceStage(new PassThrough(new RecordReader(tool.OpenInput()), new RecordWriter(tool.OpenOutput()), tool.Name), reader, since, message => tool.Warn(message)).RunAsync(cancel);
            return ExitCode.Done;
        });
    }
}
