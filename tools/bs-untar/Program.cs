using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.Untar;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Option<bool> zeros = new("--ignore-zeros", "-i") { Description = "read on after blocks of zeros, for concatenated archives" };
        Option<bool> verbose = new("--verbose", "-v") { Description = "report at the end how much was read" };
        RootCommand root = new("convert a tar archive to a stream of records") { zeros };
        OriginArguments origin = OriginArguments.AddTo(root);
        root.Options.Add(verbose);
        return Tool.RunAsync("bs-untar", root, args, async (options, tool, cancel) =>
        {
            TarReader archive = new(tool.OpenInput("a tar archive"));
            BeginRecord begin = origin.Begin(options, tool);
            using UntarStage stage = new(archive, tool.OpenOutput(), begin, options.GetValue(zeros), message => tool.Warn(message), ScratchSpace.Create);
            ExitCode status = await stage.RunAsync(cancel);
            if (options.GetValue(verbose))
            {
                tool.Warn($"{SizeText.Count(stage.Entries)} entries, {SizeText.Bytes(stage.Bytes)}, {SizeText.Count(stage.Problems)} problems");
            }

            return status;
        });
    }
}
