using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace Backshift.Tar;

/// <summary>
/// An access control list as acl(5) writes it, "user::rw-,user:1:r--,…", made of the attribute in which Linux keeps it (linux/posix_acl_xattr.h). Users and groups
/// are numbers: their names may be others' where the archive is read, and the attribute has none.
/// </summary>
public static class AccessListText
{
    private const uint Version = 2;
    private const int EntrySize = 8;
    private const ushort User = 0x02;
    private const ushort Group = 0x08;

    /// <summary>Writes the list; false, with nothing of use in <paramref name="text"/>, if the value is none.</summary>
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
            text.Write([(byte)':', Right(rights, 4, 'r'), Right(rights, 2, 'w'), Right(rights, 1, 'x')]);
        }

        return true;
    }

    private static byte Right(ushort rights, int bit, char letter) => (byte)((rights & bit) != 0 ? letter : '-');

    private static ReadOnlySpan<byte> KindOf(ushort tag) => tag switch
    {
        0x01 or User => "user:"u8,
        0x04 or Group => "group:"u8,
        0x10 => "mask:"u8,
        0x20 => "other:"u8,
        _ => default,
    };
}
