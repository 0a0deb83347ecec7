using System.CommandLine;
using Backshift.Remote.Serving;
using Backshift.Repository.Judging;
using Backshift.Tooling;

namespace Backshift.Tools.Serve;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Option<bool> noVerify = new("--no-verify") { Description = "do not look into what a client publishes that may not do everything" };
        RootCommand root = new("serve the objects of a repository on standard input and output") { noVerify };
        ServingArguments serving = ServingArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root, asOperand: true);
        return Tool.RunAsync("bs-serve", root, args, (options, tool, _) => Task.FromResult(serving.Serve(options, tool,
            () => new DirectoryPlace(repository.Get(options)), place => options.GetValue(noVerify) ? null : new ContentJudge(place.Open))));
    }
}
