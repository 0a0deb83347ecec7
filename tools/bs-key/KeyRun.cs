using System.Security.Cryptography;
using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Sealing;
using Backshift.Tooling;

namespace Backshift.Tools.Key;

/// <summary>Does what bs-key was asked to do.</summary>
internal sealed class KeyRun(RepositorySlots slots, BytePath repository, KeyOptions options, Tool tool)
{
    private const int PlaceLimit = 1000;

    /// <exception cref="BackshiftException">It cannot.</exception>
    internal void Run()
    {
        switch (options.Action)
        {
            case KeyAction.List:
                List();
                break;
            case KeyAction.Add:
            case KeyAction.Import:
                _ = Add(options.Note);
                break;
            case KeyAction.Remove:
                slots.Remove(Find(slots.Names()));
                break;
            case KeyAction.Change:
                Change();
                break;
            case KeyAction.Export:
                Export();
                break;
            case KeyAction.Host:
                WriteHostKey();
                break;
            case KeyAction.Folder:
                WriteFolder();
                break;
            case KeyAction.Collector:
                WriteCollectingKey();
                break;
            case KeyAction.Unlock:
                KeyRing.Put(ProcessKeys.NameInRing(slots.Sum), slots.Key.Span, options.Time);
                break;
            default:
                KeyRing.Remove(ProcessKeys.NameInRing(slots.Sum));
                break;
        }
    }

    private void List()
    {
        OutputBuffer output = new(tool.OpenText());
        using JsonLine json = new(output, escape: Descriptors.IsTerminal(1));
        Table table = new(output, "NOTE", new("SLOT"), new("MADE"), new("OPENED BY"));
        foreach (KeySlot slot in slots.List())
        {
            if (options.Json)
            {
                json.Start();
                json.Text("slot", slot.Name.ToString());
                json.Time("made", slot.Made);
                json.Text("kind", slot.IsAge ? "age" : "passphrase");
                if (slot.IsAge)
                {
                    json.Texts("recipients", slot.Recipients.Split('\n', StringSplitOptions.RemoveEmptyEntries));
                }

                json.Text("note", slot.Note);
                json.End();
                output.Write((byte)'\n');
            }
            else
            {
                table.Add([slot.Name.ToString(), slot.Made.ToString(), OpenedBy(slot)],
                    Encoding.UTF8.GetBytes(Escaping.Display(Encoding.UTF8.GetBytes(slot.Note))));
            }
        }

        table.Finish();
        output.Flush();
        if (slots.Unreadable > 0)
        {
            throw new BackshiftException(ExitCode.DataError, $"{slots.Unreadable} key slots cannot be read", "bs-check names them");
        }
    }

    /// <summary>What opens a slot, in a few words: recipients may be long.</summary>
    private static string OpenedBy(KeySlot slot)
    {
        const int Shown = 24;
        if (!slot.IsAge)
        {
            return "passphrase";
        }

        string[] recipients = slot.Recipients.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string first = Escaping.Display(Encoding.UTF8.GetBytes(recipients.FirstOrDefault("?")));
        return (first.Length > Shown ? first[..Shown] + "..." : first).Replace(' ', '_') + (recipients.Length > 1 ? $"+{recipients.Length - 1}" : "");
    }

    /// <summary>Writes the key; or, where a slot is named, its age file as it is, which needs no key.</summary>
    private void Export()
    {
        if (options.Slot.Length == 0)
        {
            tool.OpenText().Write(Encoding.ASCII.GetBytes($"# key of the repository {Place}\n{KeyText.Of(slots.Key)}\n"));
            return;
        }

        ObjectName name = Find(slots.Names());
        KeySlot slot = slots.List().Find(slot => slot.Name == name)
            ?? throw new BackshiftException(ExitCode.DataError, $"key slot {name}: cannot be read, or is of a kind that is not known here");
        tool.OpenText().Write(slot.IsAge ? Encoding.ASCII.GetBytes(slot.AgeFile.TrimStart())
            : throw new BackshiftException(ExitCode.Usage, $"key slot {name}: has a passphrase and no age file", "without a slot, export writes the key"));
    }

    private void WriteHostKey()
    {
        using HostKey key = HostKey.Make(slots.Key, slots.Sum, options.Slot);
        tool.OpenText().Write(Encoding.ASCII.GetBytes(
            $"# {Tool.ForOutput(options.Slot)} can save with this in {Place}, and read nothing\n{key.ToText()}"));
    }

    /// <summary>Writes the name of the folder that holds the savesets of a host: a server shows it only encrypted names.</summary>
    private void WriteFolder()
    {
        using HostKey key = HostKey.Make(slots.Key, slots.Sum, options.Slot);
        tool.OpenText().Write(Encoding.ASCII.GetBytes($"{key.Folder}\n"));
    }

    private void WriteCollectingKey()
    {
        using CollectingKey key = CollectingKey.Make(slots.Key, slots.Sum);
        tool.OpenText().Write(Encoding.ASCII.GetBytes(
            $"# with this one can expire and collect in {Place}, and read no file\n{key.ToText()}"));
    }

    // In a comment of a key, which is read up to a bound; a location that is a command may be longer than that.
    private string Place => RecordText.Cut(Tool.ForOutput(repository.ToString()), PlaceLimit);

    private KeySlot Add(string note)
    {
        // The key first: a passphrase that is of no use is not asked for.
        _ = slots.Key;
        if (options.Recipients.Count > 0)
        {
            return slots.Add((key, sum) =>
            {
                byte[] content = KeySlot.ContentFor(key);
                byte[] file = AgeProgram.Encrypt(options.Recipients, content, message => tool.Warn(message));
                CryptographicOperations.ZeroMemory(content);
                return KeySlot.MakeForAge(key, file, string.Join('\n', options.Recipients), sum, note, tool.Clock);
            });
        }

        byte[] passphrase = tool.Keys.Choose(repository, options.NewPassphrase, isFirst: false);
        KeySlot added = slots.Add(passphrase, note, tool.Clock);
        CryptographicOperations.ZeroMemory(passphrase);
        return added;
    }

    private void Change()
    {
        List<KeySlot> all = slots.List();
        ObjectName named = options.Slot.Length > 0 ? Find(all.Select(static slot => slot.Name))
            : all.Count == 1 ? all[0].Name
            : throw new BackshiftException(ExitCode.Usage, $"change: there are {all.Count} slots, and none is named", "bs-key list shows them");
        KeySlot old = all.Find(slot => slot.Name == named)!;
        if (old.IsAge && options.Recipients.Count == 0)
        {
            throw new BackshiftException(ExitCode.Usage, $"key slot {old.Name}: is for age",
                "name new recipients with --age, or add a passphrase and remove the slot");
        }

        _ = Add(options.Note.Length > 0 ? options.Note : old.Note);
        slots.Remove(old.Name);
    }

    private ObjectName Find(IEnumerable<ObjectName> names)
    {
        List<ObjectName> found = [.. names.Where(name => name.ToString().StartsWith(options.Slot, StringComparison.Ordinal))];
        return found.Count == 1 ? found[0] : throw new BackshiftException(ExitCode.NoInput,
            found.Count == 0 ? $"there is no key slot {ArgumentText.Display(options.Slot)}" : $"{found.Count} key slots begin with {options.Slot}",
            "bs-key list shows them");
    }
}
