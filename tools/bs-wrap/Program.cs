using System.CommandLine;
using System.Text.Unicode;
using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.Wrap;

internal static class Program
{
    private const uint DefaultMode = 0x180; // 0600
    private const uint LargestMode = 0xFFF; // 07777

    internal static Task<int> RunAsync(string[] args)
    {
        Argument<BytePath> name = PathArgument.Operand("name", "name under which it is kept");
        CommandArgument exec = new("--exec", "run this command and take its output; all that follows belongs to it");
        Option<uint> mode = new("--mode")
        {
            Description = "permission bits, in octal; else 600",
            HelpName = "mode",
            DefaultValueFactory = static _ => DefaultMode,
            CustomParser = static result =>
            {
                string text = result.Tokens[^1].Value;
                uint bits = LargestMode + 1;
                if (text.Length is 0 or > 5 || text.AsSpan().ContainsAnyExceptInRange('0', '7') || (bits = Convert.ToUInt32(text, 8)) > LargestMode)
                {
                    result.AddError($"--mode: not an octal number up to 7777: {ArgumentText.Display(text)}");
                }

                return bits;
            },
        };
        Option<UnixTime?> mtime = TimeArgument.Option("--mtime", "when it was changed last, in ISO 8601, UTC, or @ and seconds; else now");
        RootCommand root = new("write a stream of one file, whose content is standard input or what a command writes") { name, exec, mode, mtime };
        OriginArguments origin = OriginArguments.AddTo(root);
        return Tool.RunAsync("bs-wrap", root, args, async (options, tool, cancel) =>
        {
            BeginRecord begin = origin.Begin(options, tool);
            EntryRecord entry = Entry(options.GetValue(name), options.GetValue(mode), options.GetValue(mtime) ?? begin.Started);
            WrapStage stage = new(begin, entry, tool.OpenOutput());
            if (options.GetValue(exec) is not { Length: > 0 } command)
            {
                return await stage.RunAsync(tool.OpenInput("the content of the file"), cancel);
            }

            using Producer producer = Producer.Start(command);
            tool.BeforeForcedEnd(producer.Terminate);
            return await stage.RunAsync(producer.Output, cancel, producer.FinishAsync);
        });
    }

    private static EntryRecord Entry(BytePath name, uint mode, UnixTime? mtime)
    {
        if (!KeptPath.TryMake(name.Span, out KeptPath kept) || kept.IsTop || name.Span[^1] == (byte)'/' || kept.Path.Length > StreamLimits.Path)
        {
            throw new BackshiftException(ExitCode.Usage, $"\"{name}\" cannot be the name of a file in a saveset");
        }

        Accounts accounts = new();
        return new EntryRecord
        {
            Path = kept.Path,
            Type = EntryType.File,
            Mode = mode,
            Uid = Machine.UserNumber,
            Gid = Machine.GroupNumber,
            User = Text(accounts.User(Machine.UserNumber)),
            Group = Text(accounts.Group(Machine.GroupNumber)),
            Mtime = mtime,
            HasContent = true,
        };
    }

    private static byte[]? Text(byte[]? name) => name is not null && Utf8.IsValid(name) ? name : null;
}
