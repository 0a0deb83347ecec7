using System.CommandLine;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Repository;
using Backshift.Repository.Reading;
using Backshift.Tooling;

namespace Backshift.Tools.Tar;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Argument<string> saveset = SavesetArgument.OrStream();
        RootCommand root = new("write a saveset, or parts of it, as a tar archive") { saveset };
        TarArguments arguments = TarArguments.AddTo(root);
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        Option<bool> hide = HideAccessArgument.AddTo(root);
        return Tool.RunAsync("bs-tar", root, args, async (options, tool, cancel) =>
        {
            HideAccessArgument.Apply(hide, options, tool.Keys);
            TarOptions tar = arguments.Read(options);
            string name = options.GetValue(saveset)!;
            MemberChoice choice = await arguments.ChooseAsync(options, stream: name == "-", () => tool.OpenInput("paths"), cancel);
            RepositoryReader? reader = null;
            try
            {
                if (name == "-")
                {
                    Stream input = tool.OpenInput();
                    OutputBuffer archive = new(tool.OpenOutput("archives"));
                    return await new StreamTar(input, OpenIfNamed, choice, tar, archive, message => tool.Warn(message)).RunAsync(cancel);
                }

                reader = Open(repository.Get(options));
                OutputBuffer output = new(tool.OpenOutput("archives"));
                return new SavesetTar(reader, reader.FindWithData(name), choice, tar, output, message => tool.Warn(message)).Run(cancel);
            }
            finally
            {
                reader?.Dispose();
            }

            RepositoryReader? OpenIfNamed() => reader ??= repository.TryGet(options, out BytePath? path) ? Open(path.Value) : null;

            RepositoryReader Open(BytePath path) => RepositoryReader.Open(path, tool.Warn, ReadAhead.Workers, tool.Keys, FirstReads.Trees);
        });
    }
}
