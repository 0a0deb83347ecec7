using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Records.Patterns;
using Backshift.Tooling;

namespace Backshift.Tools.Walk;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Argument<BytePath[]> roots = PathArgument.Operands("root", "what to walk; without one, paths are read from standard input");
        Option<bool> nul = new("--null", "-0") { Description = "paths end in NUL; the default" };
        Option<bool> lines = new("--lines", "-l") { Description = "paths are lines" };
        Option<bool> sized = new("--sized") { Description = "before each path stand its size and a blank" };
        Option<bool> oneFileSystem = new("--one-file-system", "-x") { Description = "stay on the file system of each root" };
        Option<BytePath[]> exclude = PathArgument.Options("--exclude", "leave out what matches the pattern");
        Option<BytePath[]> include = PathArgument.Options("--include", "keep what matches, whatever later patterns say");
        Option<BytePath[]> excludeFrom = PathArgument.Options("--exclude-from", "read patterns from a file, one a line");
        Option<bool> caches = new("--exclude-caches", "--cachedir-tag") { Description = "leave out what lies in caches (CACHEDIR.TAG)" };
        Option<bool> noDump = new("--nodump") { Description = "leave out what has the attribute d of chattr(1)" };
        Option<bool> noAttributes = new("--no-xattrs") { Description = "leave extended attributes and access control lists unread" };
        Option<bool> count = new("--count") { Description = "walk once before, so that those who show progress know how much there is" };
        Option<bool> guard = new("--guard") { Description = "end at once if a root is missing or empty, as where its file system is not mounted" };
        Option<int> stalled = StalledArgument.Option();
        Option<bool> verbose = new("--verbose", "-v") { Description = "say at the end how much there was" };
        exclude.HelpName = include.HelpName = "pattern";
        excludeFrom.HelpName = "file";

        RootCommand root = new("walk trees, or take a list of paths, and write a record for each entry")
        {
            roots, nul, lines, sized, oneFileSystem, exclude, include, excludeFrom, caches, noDump, noAttributes, count, guard, stalled,
        };
        OriginArguments origin = OriginArguments.AddTo(root);
        root.Options.Add(verbose);
        return Tool.RunAsync("bs-walk", root, args, async (options, tool, cancel) =>
        {
            WalkOptions walk = new()
            {
                Host = origin.Host(options),
                Subset = origin.Subset(options),
                Patterns = ReadPatterns(OptionOrder.Of(options, exclude, include, excludeFrom), include, excludeFrom),
                OneFileSystem = options.GetValue(oneFileSystem),
                ExcludeCaches = options.GetValue(caches),
                NoDump = options.GetValue(noDump),
                Attributes = !options.GetValue(noAttributes),
                Count = options.GetValue(count),
                Guard = options.GetValue(guard),
                Verbose = options.GetValue(verbose),
            };
            BytePath[] given = options.GetValue(roots) ?? [];
            bool list = options.GetValue(nul) || options.GetValue(lines) || options.GetValue(sized);
            if (given.Length > 0 && list)
            {
                throw new BackshiftException(ExitCode.Usage, "a list of paths and roots cannot be combined");
            }

            if (given.Length == 0 && walk.OneFileSystem)
            {
                throw new BackshiftException(ExitCode.Usage, "-x needs roots: a list of paths is not walked", "name the roots, or give -xdev to find");
            }

            if (given.Length == 0 && walk.Count)
            {
                throw new BackshiftException(ExitCode.Usage, "--count needs roots: a list of paths can be read only once", "name the roots");
            }

            if (given.Length == 0 && walk.Guard)
            {
                throw new BackshiftException(ExitCode.Usage, "--guard needs roots: a list of paths has none", "name the roots");
            }

            if (options.GetValue(nul) && options.GetValue(lines))
            {
                throw new BackshiftException(ExitCode.Usage, "-0 and -l cannot be combined");
            }

            Stream? input = given.Length == 0 ? tool.OpenInput("paths") : null;
            using StallWatch watch = tool.WatchForStalls(options.GetValue(stalled));
            WalkStage stage = new(walk, tool.OpenOutput(), tool.Warn, tool.Clock, watch);
            return await watch.RunAsync(
                () => input is null
                    ? stage.RunAsync(given, cancel)
                    : stage.RunAsync(new PathList(input, (byte)(options.GetValue(lines) ? '\n' : 0), options.GetValue(sized)), cancel),
                cancel);
        });
    }

    private static PatternList ReadPatterns(List<GivenOption> given, Option include, Option excludeFrom)
    {
        PatternList patterns = new();
        foreach ((Option option, string? value) in given)
        {
            byte[] bytes = ArgumentText.ToBytes(value ?? "");
            if (option == excludeFrom)
            {
                patterns.AddFile(new BytePath(bytes));
            }
            else
            {
                patterns.Add(bytes, exclude: option != include);
            }
        }

        return patterns;
    }
}
