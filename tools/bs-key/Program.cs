using System.CommandLine;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Tooling;

namespace Backshift.Tools.Key;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("manage the passphrases and the key of an encrypted repository");
        KeyArguments arguments = KeyArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        return Tool.RunAsync("bs-key", root, args, (options, tool, _) =>
        {
            KeyOptions key = arguments.Read(options, tool.Clock);
            using RepositorySlots slots = RepositorySlots.Open(repository.Get(options), key.Action == KeyAction.Import ? ImportedKey.Read(tool) : tool.Keys);
            new KeyRun(slots, repository.Get(options), key, tool).Run();
            return Task.FromResult(ExitCode.Done);
        });
    }
}
