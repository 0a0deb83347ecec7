using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using Backshift.Posix;

namespace Backshift.Tar;

/// <summary>
/// An access control list, as acl(5) writes it, "user::rw-,user:ann:r--,…", and as the attribute in which Linux keeps it (linux/posix_acl_xattr.h).
/// </summary>
public static class AccessList
{
    private const uint Version = 2;
    private const uint NoId = uint.MaxValue;
    private const int EntrySize = 8;

    private const ushort UserObject = 0x01;
    private const ushort User = 0x02;
    private const ushort GroupObject = 0x04;
    private const ushort Group = 0x08;
    private const ushort Mask = 0x10;
    private const ushort Other = 0x20;

    private const int Read = 4;
    private const int Write = 2;
    private const int Execute = 1;

    /// <summary>Writes an attribute as text. Users and groups are numbers: their names may be others' where the archive is read, and the attribute has
    /// none.</summary>
    /// <param name="value">The attribute.</param>
    /// <param name="text">Where the text goes.</param>
    /// <returns>False, with nothing of use in <paramref name="text"/>, if the value is no list.</returns>
    public static bool TryWrite(ReadOnlySpan<byte> value, ArrayBufferWriter<byte> text)
    {
        if (value.Length < sizeof(uint) + EntrySize || value.Length % EntrySize != sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(value) != Version)
        {
            return false;
        }

        for (ReadOnlySpan<byte> rest = value[sizeof(uint)..]; !rest.IsEmpty; rest = rest[EntrySize..])
        {
            ushort tag = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            ReadOnlySpan<byte> kind = KindOf(tag);
            if (kind.IsEmpty)
            {
                return false;
            }

            text.Write(text.WrittenCount == 0 ? default : ","u8);
            text.Write(kind);
            if (tag is User or Group)
            {
                Utf8Formatter.TryFormat(BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]), text.GetSpan(10), out int length);
                text.Advance(length);
            }

            ushort rights = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
            text.Write([(byte)':', Right(rights, Read, 'r'), Right(rights, Write, 'w'), Right(rights, Execute, 'x')]);
        }

        return true;
    }

    /// <summary>Reads a text and makes the attribute. star and bsdtar add the number as a fourth field, which then counts; else the name is looked up here, as
    /// tar would.</summary>
    /// <param name="text">The list.</param>
    /// <param name="inherited">Whether it is the one for what is made in the directory; the other may say no more than the mode does.</param>
    /// <param name="accounts">Tells the numbers of names.</param>
    /// <param name="value">The attribute, or null if there is none to be kept.</param>
    /// <param name="wrong">Its fault, if the result is false.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, bool inherited, AccountNumbers accounts, out byte[]? value, out string wrong)
    {
        List<(ushort Tag, uint Id, ushort Rights)> entries = [];
        value = null;
        wrong = "";
        foreach (Range range in text.SplitAny(",\n"u8))
        {
            ReadOnlySpan<byte> entry = text[range];
            int comment = entry.IndexOf((byte)'#');
            entry = (comment < 0 ? entry : entry[..comment]).Trim(" \t"u8);
            if (!entry.IsEmpty && !TryParseEntry(entry, accounts, entries, out wrong))
            {
                return false;
            }
        }

        if (entries.Count == 0 || (entries.Count <= 3 && !inherited))
        {
            return true;
        }

        entries.Sort();
        value = new byte[sizeof(uint) + (EntrySize * entries.Count)];
        BinaryPrimitives.WriteUInt32LittleEndian(value, Version);
        Span<byte> rest = value.AsSpan(sizeof(uint));
        foreach ((ushort tag, uint id, ushort rights) in entries)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(rest, tag);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[2..], rights);
            BinaryPrimitives.WriteUInt32LittleEndian(rest[4..], id);
            rest = rest[EntrySize..];
        }

        return true;
    }

    /// <summary>The mode of a file with such an attribute: the group's bits are those of the mask. bsdtar stores those of the owning group instead.</summary>
    public static uint ModeWith(ReadOnlySpan<byte> value, uint mode)
    {
        for (ReadOnlySpan<byte> rest = value[sizeof(uint)..]; !rest.IsEmpty; rest = rest[EntrySize..])
        {
            if (BinaryPrimitives.ReadUInt16LittleEndian(rest) == Mask)
            {
                return (mode & ~0x38u) | ((uint)BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]) << 3);
            }
        }

        return mode;
    }

    private static bool TryParseEntry(ReadOnlySpan<byte> entry, AccountNumbers accounts, List<(ushort Tag, uint Id, ushort Rights)> entries, out string wrong)
    {
        wrong = $"\"{Shown.Name(new BytePath(entry))}\" is not an entry of an access control list";
        ReadOnlySpan<byte> rest = entry;
        ReadOnlySpan<byte> kind = Field(ref rest);

        // Mask and other have no qualifier, and some leave out its colon too.
        ReadOnlySpan<byte> qualifier = rest.Contains((byte)':') ? Field(ref rest) : default;
        ReadOnlySpan<byte> rights = Field(ref rest);
        ReadOnlySpan<byte> number = rest;
        ushort tag = (kind.IsEmpty ? (byte)0 : kind[0], qualifier.IsEmpty) switch
        {
            ((byte)'u', true) => UserObject,
            ((byte)'u', false) => User,
            ((byte)'g', true) => GroupObject,
            ((byte)'g', false) => Group,
            ((byte)'m', true) => Mask,
            ((byte)'o', true) => Other,
            _ => 0,
        };
        if (tag == 0 || rights.IsEmpty || rights.ContainsAnyExcept("rwx-"u8))
        {
            return false;
        }

        uint? id = tag is User or Group ? Number(number) ?? (tag == User ? accounts.User(qualifier) : accounts.Group(qualifier)) ?? Number(qualifier) : NoId;
        if (id is null)
        {
            wrong = $"its access control list names the {(tag == User ? "user" : "group")} \"{Shown.Name(new BytePath(qualifier))}\", who is unknown on "
                + "this machine";
            return false;
        }

        int bits = (rights.Contains((byte)'r') ? Read : 0) | (rights.Contains((byte)'w') ? Write : 0) | (rights.Contains((byte)'x') ? Execute : 0);
        entries.Add((tag, id.Value, (ushort)bits));
        return true;
    }

    private static byte Right(ushort rights, int bit, char letter) => (byte)((rights & bit) != 0 ? letter : '-');

    private static ReadOnlySpan<byte> KindOf(ushort tag) => tag switch
    {
        UserObject or User => "user:"u8,
        GroupObject or Group => "group:"u8,
        Mask => "mask:"u8,
        Other => "other:"u8,
        _ => default,
    };

    /// <summary>Takes what stands before the next colon.</summary>
    private static ReadOnlySpan<byte> Field(ref ReadOnlySpan<byte> rest)
    {
        int colon = rest.IndexOf((byte)':');
        ReadOnlySpan<byte> field = colon < 0 ? rest : rest[..colon];
        rest = colon < 0 ? default : rest[(colon + 1)..];
        return field;
    }

    private static uint? Number(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && Utf8Parser.TryParse(text, out uint number, out int used) && used == text.Length ? number : null;
}
