using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Configuration;
using Backshift.Repository.Intents;
using Backshift.Tooling;

namespace Backshift.Tools.Since;

internal static class Program
{
    private const string Name = "bs-since";

    internal static Task<int> RunAsync(string[] args)
    {
        Option<string?> host = new("--host") { Description = "host whose savesets serve as bases (default: the stream's)", HelpName = "name" };
        Option<string?> subset = new("--subset") { Description = "part of the host whose savesets serve as bases (default: the stream's)", HelpName = "name" };
        Option<bool> verbose = new("--verbose", "-v") { Description = "report the bases, and at the end how much was unchanged" };
        RootCommand root = new("give unchanged files references to the chunks of an earlier saveset, so that they are not read") { host, subset };
        SinceArguments rule = SinceArguments.AddTo(root);
        root.Options.Add(verbose);
        RepositoryArgument repository = RepositoryArgument.AddTo(root, asOperand: true);
        return Tool.RunAsync(Name, root, args, async (options, tool, cancel) =>
        {
            tool.Keys.SavesOnly = true;
            SinceOptions since = new()
            {
                Host = options.GetValue(host),
                Subset = options.GetValue(subset),
                Rule = new ChangeRule(rule.IgnoreCtime(options), rule.IgnoreInode(options)),
                Reread = rule.Reread(options),
                Verbose = options.GetValue(verbose),
            };
            BytePath path = repository.Get(options);

            // A repository that bs-store is about to create has no base.
            bool vacant = !repository.IsNamed(options) && RepositoryDirectory.IsVacant(path);
            using RepositoryReader? reader = vacant ? null : RepositoryReader.Open(path, tool.Warn, keys: tool.Keys);

            // The chunks that are referred to must not be collected before bs-store, which checks them again, has them in its care.
            using OwnIntent? intent = reader?.Announce();
            PassThrough pass = new(new RecordReader(tool.OpenInput()), new RecordWriter(tool.OpenOutput()), tool.Name);
            await new SinceStage(pass, reader, since, message => tool.Warn(message)).RunAsync(cancel);
            return ExitCode.Done;
        });
    }
}
