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
    /// <exception cref="BackshiftException">It cannot.</exception>
    internal void Run()
    {
        switch (options.Action)
        {
            case KeyAction.List:
                List();
                break;
            case KeyAction.Add:
                _ = Add(options.Note);
                break;
            case KeyAction.Remove:
                slots.Remove(Find(slots.Names()));
                break;
            case KeyAction.Change:
                Change();
                break;
            case KeyAction.Export:
                tool.OpenText().Write(Encoding.ASCII.GetBytes($"# key of the repository {Tool.ForOutput(repository.ToString())}\n{KeyText.Of(slots.Key)}\n"));
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
        Table table = new(output, "NOTE", new("SLOT"), new("MADE"));
        foreach (KeySlot slot in slots.List())
        {
            if (options.Json)
            {
                json.Start();
                json.Text("slot", slot.Name.ToString());
                json.Time("made", slot.Made);
                json.Text("note", slot.Note);
                json.End();
                output.Write((byte)'\n');
            }
            else
            {
                table.Add([slot.Name.ToString(), slot.Made.ToString()], Encoding.UTF8.GetBytes(Escaping.Display(Encoding.UTF8.GetBytes(slot.Note))));
            }
        }

        table.Finish();
        output.Flush();
        if (slots.Unreadable > 0)
        {
            throw new BackshiftException(ExitCode.DataError, $"{slots.Unreadable} key slots cannot be read", "bs-check names them");
        }
    }

    private KeySlot Add(string note)
    {
        // The key first: a passphrase that is of no use is not asked for.
        _ = slots.Key;
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
