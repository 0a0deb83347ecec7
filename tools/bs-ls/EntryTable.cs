using System.Buffers;
using System.Globalization;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.List;

/// <summary>Writes entries for people: the columns of "ls -lh" below a header.</summary>
internal sealed class EntryTable
{
    private readonly ListOptions options;
    private readonly ZoneTime times;
    private readonly Table table;
    private readonly ArrayBufferWriter<byte> name = new();

    internal EntryTable(OutputBuffer output, ListOptions options)
    {
        this.options = options;
        times = new ZoneTime(options.Zone!, options.FullTime);
        table = new Table(
            output, "NAME", new("MODE"), new("LINKS", true), new("OWNER"), new("GROUP"), new("SIZE", true), new(times.Title("MODIFIED")));
    }

    /// <param name="entry">The entry.</param>
    /// <param name="problem">Whether what is stored is not what was there.</param>
    internal void Write(EntryRecord entry, bool problem)
    {
        name.Clear();
        EntryName.Write(name, entry, options.Escape, withTarget: true);
        table.Add(
            [
                ModeText.WithMark(entry, problem),
                (entry.Nlink ?? 1).ToString(CultureInfo.InvariantCulture),
                Owner(entry.User, entry.Uid),
                Owner(entry.Group, entry.Gid),
                Size(entry),
                times.Text(entry.Mtime ?? default),
            ],
            name.WrittenSpan);
    }

    /// <summary>Writes the entries that are held back.</summary>
    internal void Finish() => table.Finish();

    private string Owner(byte[]? owner, uint? id) =>
        owner is { Length: > 0 } && !options.Numeric ? Escaping.Display(owner) : (id ?? 0).ToString(CultureInfo.InvariantCulture);

    private static string Size(EntryRecord entry) => entry.Type is EntryType.CharacterDevice or EntryType.BlockDevice
        ? string.Create(CultureInfo.InvariantCulture, $"{entry.RdevMajor ?? 0},{entry.RdevMinor ?? 0}")
        : SizeText.Short(entry.Size ?? (entry.Type == EntryType.SymbolicLink ? entry.Target!.Length : 0));
}
