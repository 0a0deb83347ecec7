using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Records.Patterns;
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
        Option<BytePath[]> exclude = PathArgument.Options("--exclude", "leave out what matches the pattern");
        Option<BytePath> filesFrom = PathArgument.Option("--files-from", "read paths from a file, one a line; - for standard input", "-T");
        Option<bool> nul = new("--null", "-0") { Description = "paths of --files-from end in NUL" };
        Option<BytePath[]> transform = PathArgument.Options("--transform", "change names as sed does: s/from/to/flags", "--xform");
        Option<int> strip = CountArgument.Option("--strip-components", null, "leave out this many directories at the start of names", 0);
        Option<BytePath> prefix = PathArgument.Option("--prefix", "put this directory before names");
        Option<bool> verbose = new("--verbose", "-v") { Description = "name the files that were not saved as they were" };
        exclude.HelpName = "pattern";
        filesFrom.HelpName = "file";
        transform.HelpName = "expression";
        prefix.HelpName = "directory";
        RootCommand root = new("write a saveset, or parts of it, as a tar archive") { saveset, paths, format, damage, exclude, filesFrom, nul, transform, strip, prefix, libarchive, verbose };
        RepositoryArgument repository = RepositoryArgument.AddTo(root);
        return Tool.RunAsync("bs-tar", root, args, async (options, tool, cancel) =>
        {
            TarOptions tar = new() { Format = options.GetValue(format), Damage = options.GetValue(damage), Libarchive = options.GetValue(libarchive), Verbose = options.GetValue(verbose) };
            string name = options.GetValue(saveset)!;
            Renaming renaming = new(TransformationText.Parse(options.GetValue(transform) ?? []), options.GetValue(strip), options.GetValue(prefix));
            PatternList excluded = new();
            foreach (BytePath pattern in options.GetValue(exclude) ?? [])
            {
                excluded.Add(pattern.Span, exclude: true);
            }

            PathSelection selection = await SelectAsync(options.GetValue(paths) ?? [], options.GetValue(filesFrom), options.GetValue(nul), name == "-", tool, cancel);
            MemberChoice choice = new(selection, excluded, renaming);
            RepositoryReader? reader = null;
            try
            {
                if (name == "-")
                {
                    Stream input = tool.OpenInput();
                    OutputBuffer archive = new(tool.OpenOutput("archives"));
                    return await new StreamTar(input, () => reader ??= repository.TryGet(options, out BytePath? path) ? Open(path.Value) : null, choice, tar, archive, Warn).RunAsync(cancel);
                }

                reader = Open(repository.Get(options));
                return new SavesetTar(reader, reader.Find(name), choice, tar, new OutputBuffer(tool.OpenOutput("archives")), Warn).Run(cancel);
            }
            finally
            {
                reader?.Dispose();
            }

            RepositoryReader Open(BytePath path) => RepositoryReader.Open(path, trouble => tool.Warn(trouble.Message, trouble.Hint), ReadAhead.Workers);

            void Warn(string message) => tool.Warn(message);
        });
    }

    private static async Task<PathSelection> SelectAsync(BytePath[] paths, BytePath file, bool nul, bool stream, Tool tool, CancellationToken cancel)
    {
        if (file.IsEmpty)
        {
            return !nul ? new PathSelection(paths) : throw new BackshiftException(ExitCode.Usage, "-0 needs --files-from");
        }

        byte separator = (byte)(nul ? 0 : '\n');
        List<BytePath> names;
        if (!file.Span.SequenceEqual("-"u8))
        {
            using UnixFile opened = UnixFile.Open(file);
            using DescriptorStream input = new(opened.Number, file.ToString());
            names = await NameFile.ReadAsync(input, file.ToString(), separator, cancel);
        }
        else if (!stream)
        {
            names = await NameFile.ReadAsync(tool.OpenInput("paths"), "standard input", separator, cancel);
        }
        else
        {
            throw new BackshiftException(ExitCode.Usage, "standard input cannot be the stream and the list of paths");
        }

        return new PathSelection([.. paths, .. names], emptyIsAll: false);
    }
}
