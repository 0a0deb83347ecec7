using System.CommandLine;
using Backshift.Objects;
using Backshift.Paths;
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
        RootCommand root = new("list savesets, or the entries of one");
        ListArguments arguments = ListArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        Option<bool> hide = HideAccessArgument.AddTo(root);
        return Tool.RunAsync("bs-ls", root, args, async (options, tool, cancel) =>
        {
            HideAccessArgument.Apply(hide, options, tool.Keys);
            ListOptions list = arguments.Read(options, Descriptors.IsTerminal(1));
            PathSelection selection = arguments.Selection(options);
            OutputBuffer output = new(tool.OpenText());
            string? name = arguments.Saveset(options);
            if (name == "-")
            {
                return await new StreamListing(tool.OpenInput(), output, list, message => tool.Warn(message)).RunAsync(selection, cancel);
            }

            bool damaged = false;
            tool.Keys.CollectsOnly = name is null;
            using RepositoryReader reader = RepositoryReader.Open(repository.Get(options), trouble =>
            {
                damaged = true;
                tool.Warn(trouble);
            }, keys: tool.Keys, first: name is null ? FirstReads.Savesets : FirstReads.Trees);
            if (name is null)
            {
                SavesetFilter filter = arguments.Filter(options);
                new SavesetLines(output, list).Write(arguments.Expired(options) ? reader.ExpiredSavesets(filter) : reader.Savesets(filter));
                output.Flush();
                return damaged ? ExitCode.DataError : ExitCode.Done;
            }

            SavesetListing listing = new(reader, reader.Find(name), output, list, message => tool.Warn(message));
            return list.Problems ? listing.Problems(cancel) : listing.Entries(selection, cancel);
        });
    }
}
