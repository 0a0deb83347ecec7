using System.CommandLine;
using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.Key;

/// <summary>The operands and options of bs-key.</summary>
internal sealed class KeyArguments
{
    private const int NoteLimit = 255;
    private static readonly TimeSpan UsualTime = TimeSpan.FromHours(8);

    private readonly Argument<string> action = new("action")
    {
        Description = "list, add, import, remove, change, export, host, folder, collector, unlock or lock",
    };

    private readonly Argument<string> slot = new("slot")
    {
        Description = "slot to remove, change or export, or how its name begins; or the host that gets a key or has the folder (default: the only slot)",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = static _ => "",
    };

    private readonly Option<BytePath> newPassphrase = PathArgument.Option(
        "--new-passphrase-file", "file whose first line is the new passphrase (default: asked for on the terminal)");

    private readonly Option<string[]> recipients = new("--age")
    {
        Description = "encrypt the new slot for this recipient of age(1), not with a passphrase; may be given several times (default: none)",
        HelpName = "recipient",
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = static _ => [],
    };

    private readonly Option<BytePath> recipientsFile = PathArgument.Option(
        "--age-file", "encrypt the new slot for the recipients of age(1) in this file, one on each line (default: none)");

    private readonly Option<string> note = new("--note")
    {
        Description = "name for the new slot (default: none)",
        HelpName = "text",
        DefaultValueFactory = static _ => "",
    };

    private readonly Option<CalendarAge?> time = AgeArgument.Option("--for", "how long the key stays in the keyring (default: 8h)");
    private readonly Option<bool> json = new("--json") { Description = "list the slots as one JSON object each" };

    private KeyArguments(RootCommand root)
    {
        root.Arguments.Add(action);
        root.Arguments.Add(slot);
        foreach (Option option in (Option[])[newPassphrase, recipients, recipientsFile, note, time, json])
        {
            root.Options.Add(option);
        }
    }

    internal static KeyArguments AddTo(RootCommand root) => new(root);

    /// <exception cref="BackshiftException">An operand is missing or unknown, or an option does not belong to the action.</exception>
    internal KeyOptions Read(ParseResult options, TimeProvider clock)
    {
        string word = options.GetValue(action)!;
        if (!Enum.TryParse(word, ignoreCase: true, out KeyAction what) || word != what.ToString().ToLowerInvariant())
        {
            throw new BackshiftException(ExitCode.Usage,
                $"not one of list, add, import, remove, change, export, host, folder, collector, unlock, lock: {ArgumentText.Display(word)}");
        }

        string named = options.GetValue(slot)!;
        if (what is KeyAction.Host or KeyAction.Folder)
        {
            SavesetName.CheckHost(named.Length > 0 ? named : throw new BackshiftException(ExitCode.Usage, $"{word}: names no host"), ExitCode.Usage);
        }
        else if (named.Length > 0 && what is not (KeyAction.Remove or KeyAction.Change or KeyAction.Export))
        {
            throw new BackshiftException(ExitCode.Usage, $"{word}: takes no slot");
        }

        if (named.Length == 0 && what == KeyAction.Remove)
        {
            throw new BackshiftException(ExitCode.Usage, "remove: names no slot", "bs-key list shows them");
        }

        string called = options.GetValue(note)!;
        if (Encoding.UTF8.GetByteCount(called) > NoteLimit)
        {
            throw new BackshiftException(ExitCode.Usage, $"--note: has more than {NoteLimit} bytes");
        }

        List<string> forWhom = [.. options.GetValue(recipients)!, .. AgeRecipients.Read(options.GetValue(recipientsFile))];
        if (forWhom.Count > 0 && (what is not (KeyAction.Add or KeyAction.Import or KeyAction.Change) || !options.GetValue(newPassphrase).IsEmpty))
        {
            throw new BackshiftException(ExitCode.Usage, "--age: is for add, import and change, and in place of a new passphrase");
        }

        UnixTime now = UnixTime.Now(clock);
        TimeSpan kept = options.GetValue(time) is { } age ? TimeSpan.FromSeconds(now.Seconds - age.Before(now, TimeZoneInfo.Utc).Seconds) : UsualTime;
        if (kept < TimeSpan.FromSeconds(1) || kept > TimeSpan.FromSeconds(uint.MaxValue))
        {
            throw new BackshiftException(ExitCode.Usage, "--for: not a time for which the keyring can keep a key");
        }

        return new KeyOptions(what, named, options.GetValue(newPassphrase), forWhom, called, kept, options.GetValue(json));
    }
}
