using System.CommandLine;
using System.Text;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Configuration;
using Backshift.Repository.Saving;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.Index;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("record a stream of references as a saveset");
        SavesetArguments saveset = SavesetArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root, asOperand: true);
        return Tool.RunAsync("bs-index", root, args, async (options, tool, cancel) =>
        {
            using RepositoryDirectory directory = RepositoryDirectory.Open(repository.Get(options), tool.Keys);
            SavesetArguments.Given given = saveset.Get(options);
            directory.PrepareForRelying();
            using RepositoryWriter writer = RepositoryWriter.Open(directory, tool.Warn);
            SavesetOptions kept = new(given.Host, given.Subset, given.Time, Deltas: true, $"{tool.Name} {Tool.Version}") { Tags = given.Tags };
            using SavesetSink sink = writer.Record(kept, message => tool.Warn(message), tool.Clock, checkReferences: true);
            IndexStage stage = new(tool.OpenInput(), sink);
            try
            {
                await stage.RunAsync(cancel);
            }
            catch (StreamCutException e)
            {
                string reason = StreamEnd.Describe(e, stage.Begin);
                KeepIncomplete(sink, reason, tool);
                throw new BackshiftException(ExitCode.DataError, reason, cause: e);
            }
            catch (Exception e) when (e is OperationCanceledException or BackshiftException { Code: ExitCode.DataError })
            {
                KeepIncomplete(sink, e is OperationCanceledException ? "a signal ended it" : e.Message, tool);
                throw;
            }

            sink.CompareRoots(given.Guard);
            Saveset made = tool.Publish(sink.PublishComplete);
            tool.OpenText().Write(Encoding.UTF8.GetBytes(Tool.ForOutput(made.Name) + "\n"));
            writer.Chunks.Tidy();
            return made.Problems > 0 ? ExitCode.Incomplete : ExitCode.Done;
        });
    }

    private static void KeepIncomplete(SavesetSink sink, string reason, Tool tool)
    {
        if (tool.Publish(() => sink.PublishIncomplete(reason)) is { } saveset)
        {
            tool.Warn($"what was received is kept as the incomplete saveset {saveset.Name}, {saveset.Entries} entries");
        }
    }
}
