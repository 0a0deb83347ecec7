using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.Untar;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Option<bool> zeros = new("--ignore-zeros", "-i") { Description = "go on behind blocks of zeros: archives that were joined" };
        Option<bool> verbose = new("--verbose", "-v") { Description = "say at the end how much there was" };
        RootCommand root = new("write the stream of a tar archive") { zeros };
        OriginArguments origin = OriginArguments.AddTo(root);
        root.Options.Add(verbose);
        return Tool.RunAsync("bs-untar", root, args, async (options, tool, cancel) =>
        {
            using UntarStage stage = new(new TarReader(tool.OpenInput("a tar archive")), tool.OpenOutput(), origin.Begin(options, tool), options.GetValue(zeros), message => tool.Warn(message), ScratchSpace.Create);
            ExitCode status = await stage.RunAsync(cancel);
            if (options.GetValue(verbose))
            {
                tool.Warn($"{SizeText.Count(stage.Entries)} entries, {SizeText.Bytes(stage.Bytes)}, {SizeText.Count(stage.Problems)} problems");
            }

            return status;
        });
    }
}
