using System.CommandLine;
using Backshift.Remote.Serving;
using Backshift.S3;
using Backshift.Tooling;

namespace Backshift.Tools.S3;

internal static class Program
{
    private const string Name = "bs-s3";

    private static Task<int> Main(string[] args) =>
        ImageName.RunAsync(new Dictionary<string, Func<string[], Task<int>>>(StringComparer.Ordinal) { [Name] = RunAsync }, args);

    private static Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("serve the objects of a repository in a bucket of S3 on standard input and output");
        S3Arguments bucket = S3Arguments.AddTo(root);
        RightsArguments rights = RightsArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root, asOperand: true);
        return Tool.RunAsync(Name, root, args, (options, tool, _) =>
        {
            // What is sent to a whole pipeline is not meant for a server that one of its programs has started.
            tool.KeepIgnoredSignals();
            S3Place place = new(bucket.Read(options, S3Location.Parse(repository.Get(options)), tool.Clock));
            ObjectServer server =
                new(place, rights.Read(options), tool.OpenInput("requests of other programs"), tool.OpenOutput("answers to other programs"));
            return Task.FromResult(server.Run());
        });
    }
}
