using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Codecs;
using Backshift.Repository.Configuration;
using Backshift.Sealing;
using Backshift.Tooling;

namespace Backshift.Tools.Init;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Option<long> average = SizeArgument.Option(
            "--average", "average chunk size, a power of two from 4K to 1M (default: 16K)", RepositoryConfig.DefaultAverage, least: 4 << 10, most: 1 << 20);
        Option<string> codec = new("--codec")
        {
            Description = $"codec for new data: zstd:1 to zstd:19, brotli, lzma or none (default: {CodecChoice.Default})",
            DefaultValueFactory = _ => CodecChoice.Default.ToString(),
            HelpName = "codec",
        };
        Option<bool> group = new("--group") { Description = "share the repository with the group of its directory, whatever the umask" };
        Option<double?> parity = PercentArgument.Option("--parity", "size of the parity that saves write for each pack (default: none)", 0, isWhole: true);
        Option<bool> plain = new("--plain")
        {
            Description = "encrypt nothing: a person who can read the files of the repository can read everything that was saved",
        };
        Option<BytePath> like = PathArgument.Option(
            "--like", "a repository whose settings and key the new one gets, so that bs-copy can copy savesets between them (default: none)");
        RootCommand root = new("create a repository in a directory that is empty or does not exist") { average, codec, group, like, parity, plain };
        RepositoryArgument repository = RepositoryArgument.AddTo(root, asOperand: true);
        return Tool.RunAsync("bs-init", root, args, (options, tool, _) =>
        {
            BytePath path = repository.Get(options);
            if (options.GetValue(like) is { IsEmpty: false } other)
            {
                RefuseBesideLike(options, average, codec, parity, plain);
                using RepositoryDirectory model = RepositoryDirectory.Open(other, tool.Keys);
                RepositoryDirectory.RefuseOccupied(path);
                KeyDomain.Create(model, path, options.GetValue(group), note => tool.Warn(note));
                return Task.FromResult(ExitCode.Done);
            }

            RepositoryConfig config = NewRepository.Config(options.GetValue(average), options.GetValue(codec)!, (int)options.GetValue(parity)!, tool.Clock);
            RepositoryDirectory.RefuseOccupied(path);
            Func<RootKey, byte[], IEnumerable<KeySlot>>? lockWith = tool.Keys.LockOf(path, options.GetValue(plain), tool.Clock);
            using RepositoryDirectory made = RepositoryDirectory.Create(path, config, options.GetValue(group), note => tool.Warn(note), lockWith);
            return Task.FromResult(ExitCode.Done);
        });
    }

    /// <exception cref="BackshiftException">An option is given that would make the new repository another one.</exception>
    private static void RefuseBesideLike(ParseResult options, params Option[] others)
    {
        if (Array.Find(others, option => options.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw new BackshiftException(ExitCode.Usage, $"{given.Name}: goes by the other repository where --like is given");
        }
    }
}
