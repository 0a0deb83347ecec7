using System.CommandLine;
using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Paths.Patterns;
using Backshift.Tar;
using Backshift.Tooling;

namespace Backshift.Tools.Tar;

/// <summary>The options that say what goes into an archive, and how.</summary>
internal sealed class TarArguments
{
    private readonly Argument<BytePath[]> paths = PathArgument.Operands("path", "files and directories to write (default: everything)");
    private readonly Option<TarFormat> format = ChoiceArgument.Option("--format", "archive format: pax, gnu or ustar (default: pax)", TarFormat.Pax);
    private readonly Option<DamageChoice> damage = ChoiceArgument.Option(
        "--on-error", "action on a damaged chunk: fail, zero (write zeros) or skip (leave out the file) (default: fail)", DamageChoice.Fail);

    private readonly Option<BytePath[]> exclude = PatternArguments.Exclude();
    private readonly Option<BytePath> filesFrom = PathArgument.Option("--files-from", "read paths from a file, one per line; - for standard input", "-T");
    private readonly Option<bool> nul = new("--null", "-0") { Description = "paths of --files-from end in NUL" };
    private readonly Option<BytePath[]> transform = PathArgument.Options("--transform", "change names as sed does: s/from/to/flags", "--xform");
    private readonly Option<int> strip = CountArgument.Option("--strip-components", null, "number of leading directories to remove from names (default: 0)", 0);
    private readonly Option<BytePath> prefix = PathArgument.Option("--prefix", "directory to put before every name");
    private readonly Option<bool> libarchive = new("--libarchive") { Description = "write inode flags and birth times as well, for bsdtar" };
    private readonly Option<bool> verbose = new("--verbose", "-v") { Description = "name the files that were saved with a problem" };

    private TarArguments(RootCommand root)
    {
        filesFrom.HelpName = "file";
        transform.HelpName = "expression";
        prefix.HelpName = "directory";
        root.Arguments.Add(paths);
        foreach (Option option in (Option[])[format, damage, exclude, filesFrom, nul, transform, strip, prefix, libarchive, verbose])
        {
            root.Options.Add(option);
        }
    }

    internal static TarArguments AddTo(RootCommand root) => new(root);

    internal TarOptions Read(ParseResult options) => new()
    {
        Format = options.GetValue(format),
        Damage = options.GetValue(damage),
        Libarchive = options.GetValue(libarchive),
        Verbose = options.GetValue(verbose),
    };

    /// <summary>Which members the archive has, and under which names.</summary>
    /// <param name="options">The command line.</param>
    /// <param name="stream">Whether standard input is the stream.</param>
    /// <param name="openInput">Opens standard input as a list of paths.</param>
    /// <param name="cancel">Ends the reading of a list.</param>
    /// <exception cref="BackshiftException">Called wrongly, or a list is not one.</exception>
    internal async Task<MemberChoice> ChooseAsync(ParseResult options, bool stream, Func<Stream> openInput, CancellationToken cancel)
    {
        Renaming renaming = new(TransformationText.Parse(options.GetValue(transform) ?? []), options.GetValue(strip), options.GetValue(prefix));
        PatternList excluded = new();
        foreach (BytePath pattern in options.GetValue(exclude) ?? [])
        {
            excluded.Add(pattern.Span, exclude: true);
        }

        return new MemberChoice(await SelectAsync(options, stream, openInput, cancel), excluded, renaming);
    }

    private async Task<PathSelection> SelectAsync(ParseResult options, bool stream, Func<Stream> openInput, CancellationToken cancel)
    {
        BytePath[] named = options.GetValue(paths) ?? [];
        BytePath file = options.GetValue(filesFrom);
        if (file.IsEmpty)
        {
            return !options.GetValue(nul) ? new PathSelection(named) : throw new BackshiftException(ExitCode.Usage, "-0 needs --files-from");
        }

        byte separator = (byte)(options.GetValue(nul) ? 0 : '\n');
        List<BytePath> listed;
        if (!file.Span.SequenceEqual("-"u8))
        {
            using UnixFile opened = UnixFile.Open(file);
            using DescriptorStream input = new(opened.Number, file.ToString());
            listed = await NameFile.ReadAsync(input, file.ToString(), separator, cancel);
        }
        else if (!stream)
        {
            listed = await NameFile.ReadAsync(openInput(), "standard input", separator, cancel);
        }
        else
        {
            throw new BackshiftException(ExitCode.Usage, "standard input cannot be both the stream and the list of paths");
        }

        return new PathSelection([.. named, .. listed], emptyIsAll: false);
    }
}
