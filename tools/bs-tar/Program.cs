using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Reading;
using Backshift.Tooling;

namespace Backshift.Tools.Tar;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        Argument<string> saveset = new("saveset") { Description = "HOST@TIME, @latest, @latest~N; - for a stream on standard input" };
        Argument<BytePath[]> paths = PathArgument.Operands("path", "files and directories; without one, everything");
        Option<TarFormat> format = ChoiceArgument.Option("--format", "pax, gnu or ustar; else pax", TarFormat.Pax);
        Option<DamageChoice> damage = ChoiceArgument.Option("--on-error", "of a file with a damaged chunk: fail, zero (the chunk) or skip (the file); else fail", DamageChoice.Fail);
        Option<bool> libarchive = new("--libarchive") { Description = "write inode flags and birth times too, which bsdtar reads, and GNU tar does not" };
        Option<bool> verbose = new("--verbose", "-v") { Description = "name the files that were not saved as they were" };
        RootCommand root = new("write a saveset, or parts of it, as a tar archive") { saveset, paths, format, damage, libarchive, verbose };
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        return Tool.RunAsync("bs-tar", root, args, async (options, tool, cancel) =>
        {
            TarOptions tar = new() { Format = options.GetValue(format), Damage = options.GetValue(damage), Libarchive = options.GetValue(libarchive), Verbose = options.GetValue(verbose) };
            PathSelection selection = new(options.GetValue(paths) ?? []);
            string name = options.GetValue(saveset)!;
            RepositoryReader? reader = null;
            try
            {
                if (name == "-")
                {
                    Stream input = tool.OpenInput();
                    OutputBuffer archive = new(tool.OpenOutput("archives"));
                    return await new StreamTar(input, () => reader ??= repository.TryGet(options, out BytePath? path) ? Open(path.Value) : null, selection, tar, archive, Warn).RunAsync(cancel);
                }

                reader = Open(repository.Get(options));
                return new SavesetTar(reader, reader.Find(name), selection, tar, new OutputBuffer(tool.OpenOutput("archives")), Warn).Run(cancel);
            }
            finally
            {
                reader?.Dispose();
            }

            RepositoryReader Open(BytePath path) => RepositoryReader.Open(path, trouble => tool.Warn(trouble.Message, trouble.Hint), ReadAhead.Workers);

            void Warn(string message) => tool.Warn(message);
        });
    }
}
