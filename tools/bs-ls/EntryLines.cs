using System.Buffers.Text;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.List;

/// <summary>Writes entries, a line each: names alone, in columns for people or exact ones, or as JSON.</summary>
internal sealed class EntryLines
{
    private readonly OutputBuffer output;
    private readonly ListOptions options;
    private readonly EntryJson? json;
    private readonly AttributeLines? attributes;
    private readonly EntryTable? table;
    private readonly byte[] number = new byte[48];

    internal EntryLines(OutputBuffer output, ListOptions options)
    {
        this.output = output;
        this.options = options;
        attributes = options.Attributes ? new AttributeLines(output, options.Escape) : null;
        json = options.Json ? new EntryJson(output, options.Escape) : null;
        table = options is { Zone: not null, Long: true, Json: false } ? new EntryTable(output, options) : null;
    }

    /// <param name="entry">The entry; sockets are passed over, since they are not restored.</param>
    /// <param name="problem">Why what is stored is not what was there, or null.</param>
    internal void Write(EntryRecord entry, string? problem = null)
    {
        if (entry.Type == EntryType.Socket)
        {
            return;
        }

        if (attributes is not null)
        {
            attributes.Write(entry);
            return;
        }

        if (table is not null)
        {
            table.Write(entry, problem is not null);
            return;
        }

        if (json is not null)
        {
            json.Write(entry, problem);
        }
        else
        {
            if (options.Long)
            {
                WriteColumns(entry, problem is not null);
            }

            EntryName.Write(output, entry, options.Escape, withTarget: options.Long);
        }

        output.Write(options.Null ? (byte)0 : (byte)'\n');
    }

    /// <summary>Writes the entries that are held back to align their columns.</summary>
    internal void Finish() => table?.Finish();

    private void WriteColumns(EntryRecord entry, bool problem)
    {
        Span<byte> mode = stackalloc byte[ModeText.MarkedLength + 1];
        ModeText.WriteMarked(entry, problem, mode);
        mode[^1] = (byte)' ';
        output.Write(mode);
        WriteNumber(entry.Nlink ?? 1, 2);
        WriteOwner(entry.User, entry.Uid);
        WriteOwner(entry.Group, entry.Gid);
        if (entry.Type is EntryType.CharacterDevice or EntryType.BlockDevice)
        {
            Utf8Formatter.TryFormat(entry.RdevMajor ?? 0, number, out int length);
            number[length++] = (byte)',';
            Utf8Formatter.TryFormat(entry.RdevMinor ?? 0, number.AsSpan(length), out int minor);
            WriteRight(number.AsSpan(0, length + minor), 10);
        }
        else
        {
            WriteNumber(entry.Size ?? (entry.Type == EntryType.SymbolicLink ? entry.Target!.Length : 0), 10);
        }

        TimeText.Write(output, entry.Mtime ?? default, options.FullTime);
        output.Write((byte)' ');
    }

    private void WriteNumber(long value, int width)
    {
        Utf8Formatter.TryFormat(value, number, out int length);
        WriteRight(number.AsSpan(0, length), width);
    }

    private void WriteRight(ReadOnlySpan<byte> text, int width)
    {
        WriteBlanks(width - text.Length);
        output.Write(text);
        output.Write((byte)' ');
    }

    private void WriteOwner(byte[]? name, uint? id)
    {
        int length;
        if (name is { Length: > 0 } && !options.Numeric)
        {
            EntryName.Write(output, name, options.Escape);
            length = name.Length;
        }
        else
        {
            Utf8Formatter.TryFormat(id ?? 0, number, out length);
            output.Write(number.AsSpan(0, length));
        }

        WriteBlanks(8 - length);
        output.Write((byte)' ');
    }

    private void WriteBlanks(int count)
    {
        for (; count > 0; count--)
        {
            output.Write((byte)' ');
        }
    }
}
