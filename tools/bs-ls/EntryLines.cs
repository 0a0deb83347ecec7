using System.Buffers.Text;
using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.List;

/// <summary>Writes entries, a line each: names alone, as "ls -l", or as JSON.</summary>
internal sealed class EntryLines
{
    private readonly OutputBuffer output;
    private readonly ListOptions options;
    private readonly EntryJson? json;
    private readonly AttributeLines? attributes;
    private readonly byte[] number = new byte[48];

    internal EntryLines(OutputBuffer output, ListOptions options)
    {
        this.output = output;
        this.options = options;
        attributes = options.Attributes ? new AttributeLines(output, options.Escape) : null;
        json = options.Json ? new EntryJson(output, options.Escape) : null;
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

            WriteName(entry.Path.Span);
            if (entry.Type == EntryType.Directory)
            {
                output.Write((byte)'/');
            }

            if (options.Long && entry.Type is EntryType.SymbolicLink or EntryType.Link)
            {
                output.Write(entry.Type == EntryType.Link ? " link to "u8 : " -> "u8);
                WriteName(entry.Target);
            }
        }

        output.Write(options.Null ? (byte)0 : (byte)'\n');
    }

    private void WriteName(ReadOnlySpan<byte> name)
    {
        if (options.Escape)
        {
            output.Write(Encoding.UTF8.GetBytes(Escaping.Display(name)));
        }
        else
        {
            output.Write(name);
        }
    }

    private void WriteColumns(EntryRecord entry, bool problem)
    {
        Span<byte> mode = stackalloc byte[12];
        ModeText.Write(entry.Type, entry.Mode ?? 0, mode);
        mode[10] = problem ? (byte)'!' : HasAccessList(entry) ? (byte)'+' : (byte)' ';
        mode[11] = (byte)' ';
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

    private static bool HasAccessList(EntryRecord entry)
    {
        foreach ((byte[] name, _) in entry.Attributes ?? [])
        {
            if (name.AsSpan().SequenceEqual("system.posix_acl_access"u8) || name.AsSpan().SequenceEqual("system.posix_acl_default"u8))
            {
                return true;
            }
        }

        return false;
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
            WriteName(name);
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
