namespace Backshift.Tools.Untar;

/// <summary>Inode flags as bsdtar writes them ("SCHILY.fflags"), by the names that libarchive gives those of Linux.</summary>
internal static class InodeFlags
{
    /// <summary>The FS_*_FL bits of a list of names with commas between them; names that are not known are passed over.</summary>
    internal static uint Parse(ReadOnlySpan<byte> names)
    {
        uint flags = 0;
        foreach (Range range in names.Split((byte)','))
        {
            flags |= Bit(names[range]);
        }

        return flags;
    }

    private static uint Bit(ReadOnlySpan<byte> name) => name switch
    {
        _ when name.SequenceEqual("securedeletion"u8) => 0x1,
        _ when name.SequenceEqual("undel"u8) => 0x2,
        _ when name.SequenceEqual("compress"u8) => 0x4,
        _ when name.SequenceEqual("sync"u8) => 0x8,
        _ when name.SequenceEqual("schg"u8) || name.SequenceEqual("schange"u8) || name.SequenceEqual("simmutable"u8) => 0x10,
        _ when name.SequenceEqual("sappnd"u8) || name.SequenceEqual("sappend"u8) => 0x20,
        _ when name.SequenceEqual("nodump"u8) => 0x40,
        _ when name.SequenceEqual("noatime"u8) => 0x80,
        _ when name.SequenceEqual("journal"u8) || name.SequenceEqual("journal-data"u8) => 0x4000,
        _ when name.SequenceEqual("notail"u8) => 0x8000,
        _ when name.SequenceEqual("dirsync"u8) => 0x10000,
        _ when name.SequenceEqual("topdir"u8) => 0x20000,
        _ when name.SequenceEqual("nocow"u8) => 0x800000,
        _ when name.SequenceEqual("projinherit"u8) => 0x20000000,
        _ => 0,
    };
}
