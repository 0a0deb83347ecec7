using System.Text;
using System.Text.Unicode;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tar;
using Backshift.Tooling;

namespace Backshift.Tools.Tar;

/// <summary>Writes the headers of entries, with what goes before them where an entry does not fit into one block.</summary>
internal sealed class TarHeaders
{
    private readonly OutputBuffer output;
    private readonly TarFormat format;
    private readonly bool libarchive;
    private readonly TarBlock block = new();
    private readonly TarBlock extra = new();
    private readonly PaxRecords records = new();
    private byte[] nameSpace = new byte[256];
    private string? refusal;
    private bool isLongName;
    private bool isLongLink;

    /// <param name="output">Where they go.</param>
    /// <param name="format">The format.</param>
    /// <param name="libarchive">Whether to write, in pax, what libarchive alone reads.</param>
    internal TarHeaders(OutputBuffer output, TarFormat format, bool libarchive = false)
    {
        this.libarchive = libarchive && format == TarFormat.Pax;
        this.output = output;
        this.format = format;
    }

    /// <summary>Writes what stands before an entry's content, if the format has a place for all of it.</summary>
    /// <param name="entry">The entry; not a socket.</param>
    /// <param name="size">How many bytes of content will follow.</param>
    /// <param name="sparse">The map of a sparse file, or null; in pax only.</param>
    /// <returns>Null, or why nothing was written.</returns>
    internal string? TryWrite(EntryRecord entry, long size, SparseFile? sparse = null)
    {
        ReadOnlySpan<byte> name = NameOf(entry);
        ReadOnlySpan<byte> target = entry.Type is EntryType.SymbolicLink or EntryType.Link ? entry.Target : default;
        block.Clear();
        records.Clear();
        refusal = null;
        if (sparse is null)
        {
            SetName(name);
        }
        else
        {
            SetSparse(name, sparse);
        }

        SetLinkName(target);
        block.SetOctal(TarField.Mode, entry.Mode ?? (entry.Type == EntryType.Directory ? 0b111_101_101u : 0b110_100_100u));
        SetNumber(TarField.Uid, "uid"u8, entry.Uid ?? 0);
        SetNumber(TarField.Gid, "gid"u8, entry.Gid ?? 0);
        SetNumber(TarField.Size, "size"u8, size);
        SetTime(entry.Mtime ?? default);
        SetOwner(TarField.User, "uname"u8, entry.User);
        SetOwner(TarField.Group, "gname"u8, entry.Group);
        if (entry.Type is EntryType.CharacterDevice or EntryType.BlockDevice)
        {
            SetDevice(TarField.Major, entry.RdevMajor ?? 0);
            SetDevice(TarField.Minor, entry.RdevMinor ?? 0);
        }

        if (format == TarFormat.Pax && entry.Attributes is { } attributes)
        {
            PaxAttributes.Add(records, attributes);
        }

        if (libarchive)
        {
            PaxAttributes.AddForLibarchive(records, entry);
        }

        if (refusal is null)
        {
            WriteExtra(name, target);
            output.Write(block.Seal(TypeOf(entry.Type), format));
        }

        return refusal;
    }

    /// <summary>Ends the archive: two empty blocks, and as many more as a record of 20 blocks wants.</summary>
    internal void Finish()
    {
        const int Record = 20 * TarBlock.Size;
        output.WriteZeros(2 * TarBlock.Size);
        output.WriteZeros((Record - (output.Written % Record)) % Record);
    }

    /// <summary>Fills the last block of content of this length.</summary>
    internal void Pad(long length) => output.WriteZeros(-length & (TarBlock.Size - 1));

    private static char TypeOf(EntryType type) => type switch
    {
        EntryType.File => '0',
        EntryType.Link => '1',
        EntryType.SymbolicLink => '2',
        EntryType.CharacterDevice => '3',
        EntryType.BlockDevice => '4',
        EntryType.Directory => '5',
        EntryType.Fifo => '6',
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private ReadOnlySpan<byte> NameOf(EntryRecord entry)
    {
        ReadOnlySpan<byte> path = entry.Path.Span;
        if (entry.Type != EntryType.Directory)
        {
            return path;
        }

        if (nameSpace.Length <= path.Length)
        {
            nameSpace = new byte[path.Length * 2];
        }

        path.CopyTo(nameSpace);
        nameSpace[path.Length] = (byte)'/';
        return nameSpace.AsSpan(0, path.Length + 1);
    }

    /// <summary>Whether a text is to be written as a record although it fits: as GNU tar and bsdtar do with what is UTF-8 and not ASCII. Other bytes mean the
    /// same everywhere only in the header.</summary>
    private bool IsForRecord(ReadOnlySpan<byte> text) => format == TarFormat.Pax && !Ascii.IsValid(text) && Utf8.IsValid(text);

    private void SetName(ReadOnlySpan<byte> name)
    {
        isLongName = false;
        if (name.Length <= TarField.Name.Length)
        {
            block.SetText(TarField.Name, name);
            if (IsForRecord(name))
            {
                records.Add("path"u8, name);
            }

            return;
        }

        if (format != TarFormat.Gnu && !IsForRecord(name) && TrySplit(name))
        {
            return;
        }

        block.SetText(TarField.Name, name);
        switch (format)
        {
            case TarFormat.Pax: records.Add("path"u8, name); break;
            case TarFormat.Gnu: isLongName = true; break;
            default: Refuse("its name does not fit"); break;
        }
    }

    /// <summary>Cuts a name at a slash, which is not stored, into prefix and name.</summary>
    private bool TrySplit(ReadOnlySpan<byte> name)
    {
        // The slash at the end of a directory's name is none to cut at.
        int slash = name[..Math.Min(name.Length - 1, TarField.Prefix.Length + 1)].LastIndexOf((byte)'/');
        if (slash <= 0 || name.Length - slash - 1 > TarField.Name.Length)
        {
            return false;
        }

        block.SetText(TarField.Prefix, name[..slash]);
        block.SetText(TarField.Name, name[(slash + 1)..]);
        return true;
    }

    /// <summary>GNU tar's format 1.0: the map stands before the data; the name in the header is one that tells who does not know it.</summary>
    private void SetSparse(ReadOnlySpan<byte> name, SparseFile sparse)
    {
        isLongName = false;
        records.Add("GNU.sparse.major"u8, 1);
        records.Add("GNU.sparse.minor"u8, 0);
        records.Add("GNU.sparse.name"u8, name);
        records.Add("GNU.sparse.realsize"u8, sparse.RealSize);
        block.SetText(TarField.Name, (byte[])[.. "GNUSparseFile.0/"u8, .. name[(name.LastIndexOf((byte)'/') + 1)..]]);
    }

    private void SetLinkName(ReadOnlySpan<byte> target)
    {
        block.SetText(TarField.Target, target);
        bool isLong = target.Length > TarField.Target.Length;
        isLongLink = isLong && format == TarFormat.Gnu;
        if (isLong && format == TarFormat.Ustar)
        {
            Refuse("the target of the link does not fit");
        }
        else if ((isLong && format == TarFormat.Pax) || IsForRecord(target))
        {
            records.Add("linkpath"u8, target);
        }
    }

    private void SetNumber(TarField field, ReadOnlySpan<byte> key, long number)
    {
        if (number >= 0 && number <= TarNumber.OctalLimit(field.Length))
        {
            block.SetOctal(field, number);
            return;
        }

        switch (format)
        {
            case TarFormat.Pax:
                block.SetOctal(field, 0);
                records.Add(key, number);
                break;
            case TarFormat.Gnu:
                block.SetBinary(field, number);
                break;
            default:
                Refuse($"{Encoding.ASCII.GetString(key)} {number} does not fit");
                break;
        }
    }

    private void SetTime(UnixTime time)
    {
        if (format != TarFormat.Pax || (time.Nanoseconds == 0 && time.Seconds >= 0 && time.Seconds <= TarNumber.OctalLimit(TarField.Mtime.Length)))
        {
            SetNumber(TarField.Mtime, "mtime"u8, time.Seconds);
            return;
        }

        block.SetOctal(TarField.Mtime, Math.Clamp(time.Seconds, 0, TarNumber.OctalLimit(TarField.Mtime.Length)));
        records.Add("mtime"u8, time);
    }

    private void SetOwner(TarField field, ReadOnlySpan<byte> key, ReadOnlySpan<byte> name)
    {
        // A NUL ends the name in the header.
        bool fits = name.Length < field.Length;
        if (fits)
        {
            block.SetText(field, name);
        }

        if (IsForRecord(name) || (!fits && format == TarFormat.Pax))
        {
            records.Add(key, name);
        }
        else if (!fits)
        {
            Refuse($"{Encoding.ASCII.GetString(key)} {Escaping.Display(name)} does not fit");
        }
    }

    private void SetDevice(TarField field, uint number)
    {
        if (number <= TarNumber.OctalLimit(field.Length))
        {
            block.SetOctal(field, number);
        }
        else
        {
            Refuse($"device number {number} does not fit");
        }
    }

    private void Refuse(string why) => refusal ??= why;

    private void WriteExtra(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        if (isLongLink)
        {
            WriteExtra('K', "././@LongLink"u8, target, terminated: true);
        }

        if (isLongName)
        {
            WriteExtra('L', "././@LongLink"u8, name, terminated: true);
        }

        if (!records.Text.IsEmpty)
        {
            ReadOnlySpan<byte> whole = name.TrimEnd((byte)'/');
            ReadOnlySpan<byte> last = whole[(whole.LastIndexOf((byte)'/') + 1)..];
            Span<byte> shown = stackalloc byte[TarField.Name.Length];
            ReadOnlySpan<byte> folder = "PaxHeaders/"u8;
            folder.CopyTo(shown);
            last = last[..Math.Min(last.Length, shown.Length - folder.Length)];
            last.CopyTo(shown[folder.Length..]);
            WriteExtra('x', shown[..(folder.Length + last.Length)], records.Text, terminated: false);
        }
    }

    private void WriteExtra(char type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content, bool terminated)
    {
        extra.Clear();
        extra.SetText(TarField.Name, name);
        extra.SetOctal(TarField.Mode, 0b110_100_100);
        extra.SetOctal(TarField.Uid, 0);
        extra.SetOctal(TarField.Gid, 0);
        extra.SetOctal(TarField.Mtime, 0);
        int length = content.Length + (terminated ? 1 : 0);
        extra.SetOctal(TarField.Size, length);
        output.Write(extra.Seal(type, format));
        output.Write(content);
        output.WriteZeros(terminated ? 1 : 0);
        Pad(length);
    }
}
