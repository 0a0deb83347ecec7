using System.CommandLine;
using Backshift.Paths;
using Backshift.Posix;
using Backshift.Tooling;

namespace Backshift.Tools.Walk;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Argument<BytePath[]> roots = PathArgument.Operands("root", "directories and files to walk (default: a list of paths on standard input)");
        RootCommand root = new("walk trees, or read a list of paths, and write a record for each entry") { roots };
        ListArguments list = ListArguments.AddTo(root);
        WalkArguments what = WalkArguments.AddTo(root);
        Option<bool> guard = new("--guard") { Description = "fail at once if a root is missing or empty, as when its file system is not mounted" };
        Option<bool> verbose = new("--verbose", "-v") { Description = "report at the end what was found" };
        root.Options.Add(guard);
        OriginArguments origin = OriginArguments.AddTo(root);
        root.Options.Add(verbose);
        return Tool.RunAsync("bs-walk", root, args, async (options, tool, cancel) =>
        {
            WalkOptions walk = new()
            {
                Host = origin.Host(options),
                Subset = origin.Subset(options),
                Patterns = what.Patterns.Read(options),
                OneFileSystem = what.OneFileSystem(options),
                ExcludeCaches = what.ExcludeCaches(options),
                NoDump = what.NoDump(options),
                Attributes = !what.NoAttributes(options),
                Count = what.Count(options),
                Guard = options.GetValue(guard),
                Verbose = options.GetValue(verbose),
            };
            BytePath[] given = options.GetValue(roots) ?? [];
            PathListForm form = list.Form(options);
            walk.Check(form, isList: given.Length == 0);
            Stream? input = given.Length == 0 ? tool.OpenInput("paths") : null;
            using StallWatch watch = tool.WatchForStalls(what.StalledSeconds(options));
            WalkStage stage = new(walk, tool.OpenOutput(), tool.Warn, tool.Clock, watch);
            return await watch.RunAsync(
                () => input is null ? stage.RunAsync(given, cancel) : stage.RunAsync(new PathList(input, form.Separator, form.Sized), cancel),
                cancel);
        });
    }
}
