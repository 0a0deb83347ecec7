using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Codecs;
using Backshift.Repository.Configuration;
using Backshift.Repository.Packs;
using Backshift.Tooling;

namespace Backshift.Tools.Init;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Option<long> average = SizeArgument.Option("--average", "average length of a chunk, a power of two", RepositoryConfig.DefaultAverage, least: 4 << 10, most: 1 << 20);
        Option<string> codec = new("--codec") { Description = "what new data is compressed with: zstd:1 to zstd:19, lzma, none", DefaultValueFactory = _ => CodecChoice.Default.ToString(), HelpName = "CODEC" };
        Option<bool> group = new("--group") { Description = "let the group of the directory read and write the repository, whatever the umask" };
        RootCommand root = new("make a repository in a directory that is empty or does not exist yet") { average, codec, group };
        RepositoryArgument repository = RepositoryArgument.AddTo(root, asOperand: true);
        return Tool.RunAsync("bs-init", root, args, (options, tool, _) =>
        {
            BytePath path = repository.Get(options);
            using RepositoryDirectory made = RepositoryDirectory.Create(path, NewRepository.Config(options.GetValue(average), options.GetValue(codec)!, tool.Clock), options.GetValue(group), note => tool.Warn(note));
            return Task.FromResult(ExitCode.Done);
        });
    }
}
