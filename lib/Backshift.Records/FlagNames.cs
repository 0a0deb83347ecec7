using Backshift.Posix;

namespace Backshift.Records;

/// <summary>
/// Names of inode flags, as bsdtar writes them into archives (SCHILY.fflags) and <c>bs-ls --attributes</c> shows them: those that libarchive gives the flags of
/// Linux. A few have no name there; programs that do not know ours ignore them.
/// </summary>
public static class FlagNames
{
    /// <summary>Whether any of the flags has a name.</summary>
    public static bool Has(uint flags) => (flags & InodeFlags.Kept) != 0;

    /// <summary>The names of flags with commas between them.</summary>
    public static byte[] Write(uint flags)
    {
        List<byte> text = [];
        for (uint rest = flags & InodeFlags.Kept; rest != 0; rest &= rest - 1)
        {
            if (text.Count > 0)
            {
                text.Add((byte)',');
            }

            text.AddRange(Name(rest & ~(rest - 1)));
        }

        return [.. text];
    }

    /// <summary>The flags of a list of names with commas between them; unknown names are skipped.</summary>
    public static uint Read(ReadOnlySpan<byte> names)
    {
        uint flags = 0;
        foreach (Range range in names.Split((byte)','))
        {
            ReadOnlySpan<byte> name = names[range];
            flags |= Synonym(name);
            for (uint rest = InodeFlags.Kept; rest != 0 && !name.IsEmpty; rest &= rest - 1)
            {
                uint bit = rest & ~(rest - 1);
                flags |= name.SequenceEqual(Name(bit)) ? bit : 0;
            }
        }

        return flags;
    }

    private static ReadOnlySpan<byte> Name(uint bit) => bit switch
    {
        0x1 => "securedeletion"u8,
        0x2 => "undel"u8,
        InodeFlags.Compressed => "compress"u8,
        0x8 => "sync"u8,
        InodeFlags.Immutable => "schg"u8,
        InodeFlags.AppendOnly => "sappnd"u8,
        InodeFlags.NoDump => "nodump"u8,
        0x80 => "noatime"u8,
        0x400 => "nocomp"u8,
        InodeFlags.Encrypted => "encrypt"u8,
        0x4000 => "journal"u8,
        0x8000 => "notail"u8,
        0x10000 => "dirsync"u8,
        0x20000 => "topdir"u8,
        InodeFlags.Verity => "verity"u8,
        InodeFlags.NoCopyOnWrite => "nocow"u8,
        0x2000000 => "dax"u8,
        0x20000000 => "projinherit"u8,
        0x40000000 => "casefold"u8,
        _ => default,
    };

    private static uint Synonym(ReadOnlySpan<byte> name) => name switch
    {
        _ when name.SequenceEqual("schange"u8) || name.SequenceEqual("simmutable"u8) => InodeFlags.Immutable,
        _ when name.SequenceEqual("sappend"u8) => InodeFlags.AppendOnly,
        _ when name.SequenceEqual("journal-data"u8) => 0x4000,
        _ => 0,
    };
}
