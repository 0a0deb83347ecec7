using System.CommandLine;
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
        ServingArguments serving = ServingArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root, asOperand: true);
        return Tool.RunAsync(Name, root, args, (options, tool, _) => Task.FromResult(serving.Serve(
            options, tool, () => new S3Place(bucket.Read(options, S3Location.Parse(repository.Get(options)), tool.Clock)))));
    }
}
