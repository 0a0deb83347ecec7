using System.CommandLine;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>The option --profile: a file of options and operands, one per line, which come before those of the command line.</summary>
public sealed class ProfileArgument
{
    private const int MaxFile = 1 << 20;
    private const string Name = "--profile";

    private readonly RootCommand root;
    private readonly Option<BytePath> option = PathArgument.Option(Name, "read options and roots from this file in ~/.config/backshift first");

    private ProfileArgument(RootCommand root) => this.root = root;

    public static ProfileArgument AddTo(RootCommand root)
    {
        ProfileArgument profile = new(root);
        profile.option.HelpName = "name";
        root.Options.Add(profile.option);
        return profile;
    }

    /// <summary>The command line with the profile that it names before it; as it is if it names none.</summary>
    /// <param name="options">The command line.</param>
    /// <param name="args">The arguments of Main, from which it was read.</param>
    /// <exception cref="BackshiftException">There is no such profile, or it is malformed.</exception>
    public ParseResult Apply(ParseResult options, string[] args)
    {
        BytePath name = options.GetValue(option);
        if (name.IsEmpty)
        {
            return options;
        }

        BytePath path = Locate(name);
        List<string> all = Read(path);
        if (all.Exists(static word => word is "--" || word == Name || word.StartsWith(Name + "=", StringComparison.Ordinal)))
        {
            throw new BackshiftException(ExitCode.Usage, $"profile {path}: \"--\" and {Name} are not allowed in it");
        }

        try
        {
            return CommandLine.Parse(root, [.. all, .. ArgumentText.Own(args)]);
        }
        catch (BackshiftException e)
        {
            // The command line alone was right.
            throw new BackshiftException(e.Code, $"profile {path}: {e.Message}", e.Hint, e);
        }
    }

    /// <summary>The words of the lines of a profile.</summary>
    internal static List<string> Words(ReadOnlySpan<byte> lines)
    {
        List<string> words = [];
        CommentedLines each = new(lines);
        while (each.TryNext(out ReadOnlySpan<byte> line))
        {
            int blank = line[0] == (byte)'-' ? line.IndexOfAny((byte)' ', (byte)'\t') : -1;
            words.Add(ArgumentText.FromBytes(blank < 0 ? line : line[..blank]));
            ReadOnlySpan<byte> value = blank < 0 ? default : line[blank..].TrimStart(" \t"u8);
            if (!value.IsEmpty)
            {
                words.Add(ArgumentText.FromBytes(value));
            }
        }

        return words;
    }

    private static BytePath Locate(BytePath name)
    {
        if (name.Span.Contains((byte)'/'))
        {
            return name;
        }

        if (Machine.Variable("XDG_CONFIG_HOME") is { Length: > 0 } folder)
        {
            return new BytePath(folder).Join("backshift").Join(name);
        }

        return Machine.Variable("HOME") is { Length: > 0 } home
            ? new BytePath(home).Join(".config/backshift").Join(name)
            : throw new BackshiftException(
                ExitCode.NoInput, $"profile {name}: neither XDG_CONFIG_HOME nor HOME is set", "give a path with a slash in it: ./NAME");
    }

    private static List<string> Read(BytePath path)
    {
        // A fifo must not block the program: it is refused below.
        UnixFile file = UnixFile.TryOpen(null, path, OpenFor.NoBlocking, out int errno)
            ?? throw (errno == Errno.ENOENT
                ? new BackshiftException(ExitCode.NoInput, $"profile {path}: does not exist")
                : new UnixException(errno, "open", $"profile {path}"));
        using (file)
        {
            Check(path, FileStatus.Of(file), Machine.UserNumber);
            byte[] all = new byte[MaxFile + 1];
            int length = 0, count;
            while (length < all.Length && (count = file.Read(all.AsSpan(length))) > 0)
            {
                length += count;
            }

            return length <= MaxFile ? Words(all.AsSpan(0, length))
                : throw new BackshiftException(ExitCode.Usage, $"profile {path}: larger than {MaxFile} bytes");
        }
    }

    /// <summary>Refuses a profile that others may have written, because it decides what is saved, and where.</summary>
    internal static void Check(BytePath path, in FileStatus status, uint user)
    {
        const uint WritableByAll = 2;
        if (status.Kind != FileKind.Regular)
        {
            throw new BackshiftException(ExitCode.Usage, $"profile {path}: not a regular file");
        }

        if (status.Uid != user && status.Uid != 0)
        {
            throw new BackshiftException(ExitCode.NotPermitted, $"profile {path}: belongs to another user", $"chown {user} {path}");
        }

        if ((status.Mode & WritableByAll) != 0)
        {
            throw new BackshiftException(ExitCode.NotPermitted, $"profile {path}: is writable by all users", $"chmod o-w {path}");
        }
    }
}
