using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.List;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Argument<string?> saveset = new("saveset") { Description = "HOST@TIME, @latest, @latest~N; - for a stream on standard input", Arity = ArgumentArity.ZeroOrOne };
        Argument<BytePath[]> paths = PathArgument.Operands("path", "files and directories; without one, everything");
        Option<bool> lengthy = new("--long", "-l") { Description = "type, mode, links, owner, group, size, time and name" };
        Option<bool> numeric = new("--numeric", "-n") { Description = "as -l, with owner and group as numbers" };
        Option<bool> fullTime = new("--full-time") { Description = "as -l, with times to the nanosecond" };
        Option<bool> nul = new("--null", "-0") { Description = "end lines in NUL" };
        Option<bool> json = new("--json") { Description = "a JSON object a line" };
        Option<bool> attributes = new("--attributes") { Description = "extended attributes alone, as getfattr(1) writes them" };
        Option<bool> directory = new("--directory", "-d") { Description = "the named paths alone, not what lies below them" };
        Option<int> depth = CountArgument.Option("--depth", null, "list no more than N levels below each path", int.MaxValue);
        Option<bool> problems = new("--problems") { Description = "list what was skipped, or was not stored as it was" };
        Option<string?> host = new("--host") { Description = "only savesets of this host", HelpName = "NAME" };
        Option<string?> subset = new("--subset") { Description = "only savesets of this subset", HelpName = "NAME" };
        Option<bool> complete = new("--complete") { Description = "only savesets that are complete" };
        RootCommand root = new("list savesets, or the entries of one")
        {
            saveset, paths, lengthy, numeric, fullTime, nul, json, attributes, directory, depth, problems, host, subset, complete,
        };
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        return Tool.RunAsync("bs-ls", root, args, async (options, tool, cancel) =>
        {
            ListOptions list = new()
            {
                Long = options.GetValue(lengthy) || options.GetValue(numeric) || options.GetValue(fullTime),
                Numeric = options.GetValue(numeric),
                FullTime = options.GetValue(fullTime),
                Null = options.GetValue(nul),
                Json = options.GetValue(json),
                Attributes = options.GetValue(attributes),
                Escape = Descriptors.IsTerminal(1),
            };
            string? name = options.GetValue(saveset);
            bool filtered = options.GetValue(host) is not null || options.GetValue(subset) is not null || options.GetValue(complete);
            if (name is not null && filtered)
            {
                throw new BackshiftException(ExitCode.Usage, "--host, --subset and --complete apply only to the list of savesets");
            }

            if (list.Attributes && (list.Long || list.Json || list.Null))
            {
                throw new BackshiftException(ExitCode.Usage, "--attributes cannot be combined with -l, --json or -0");
            }

            if (name is null && (list.Long || list.Attributes || options.GetValue(directory) || options.GetValue(problems) || options.GetValue(depth) != int.MaxValue))
            {
                throw new BackshiftException(ExitCode.Usage, "-l, -n, -d, --attributes, --full-time, --depth and --problems apply only to the entries of a saveset");
            }

            PathSelection selection = new(options.GetValue(paths) ?? [], options.GetValue(directory) ? 0 : options.GetValue(depth));
            bool onlyProblems = options.GetValue(problems);
            if (onlyProblems && (options.GetValue(paths)?.Length > 0 || list.Long || list.Attributes))
            {
                throw new BackshiftException(ExitCode.Usage, "--problems cannot be combined with paths, -l or --attributes");
            }

            OutputBuffer output = new(tool.OpenText());
            if (name == "-")
            {
                return await new StreamListing(tool.OpenInput(), output, list, onlyProblems, Warn).RunAsync(selection, cancel);
            }

            bool damaged = false;
            using RepositoryReader reader = RepositoryReader.Open(repository.Get(options), trouble =>
            {
                damaged = true;
                tool.Warn(trouble.Message, trouble.Hint);
            });
            if (name is null)
            {
                new SavesetLines(output, list).Write(reader.Savesets().FindAll(one =>
                    (options.GetValue(host) ?? one.Host) == one.Host && (options.GetValue(subset) ?? one.Subset) == one.Subset && (one.Complete || !options.GetValue(complete))));
                output.Flush();
                return damaged ? ExitCode.DataError : ExitCode.Done;
            }

            SavesetListing listing = new(reader, reader.Find(name), output, list, Warn);
            return onlyProblems ? listing.Problems(cancel) : listing.Entries(selection, cancel);

            void Warn(string message) => tool.Warn(message);
        });
    }
}
